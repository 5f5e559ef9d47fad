"""What people build from tutorials: FastAPI, the `openai` client, a Redis list, server-sent events.

Written to be fair, not slow. `uvicorn bench.tutorial:app` with UPSTREAM and REDIS_URL in the environment.
"""

import json
import os
from collections.abc import AsyncIterator

import redis.asyncio as redis
from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from openai import AsyncOpenAI
from pydantic import BaseModel

app = FastAPI()
client = AsyncOpenAI(base_url=os.environ["UPSTREAM"], api_key="x")
history = redis.Redis.from_url(os.environ["REDIS_URL"], decode_responses=True)
SYSTEM = {"role": "system", "content": "You are a helpful assistant."}


class Line(BaseModel):
    model: str
    message: str
    session_id: str


@app.post("/chat")
async def chat(line: Line) -> StreamingResponse:
    key = "history:" + line.session_id
    await history.rpush(key, json.dumps({"role": "user", "content": line.message}))
    said = [json.loads(item) for item in await history.lrange(key, -40, -1)]

    async def answer() -> AsyncIterator[str]:
        full = ""
        stream = await client.chat.completions.create(model=line.model, messages=[SYSTEM, *said], stream=True)
        async for chunk in stream:
            piece = chunk.choices[0].delta.content if chunk.choices else None
            if piece:
                full += piece
                yield f"data: {json.dumps({'content': piece})}\n\n"
        await history.rpush(key, json.dumps({"role": "assistant", "content": full}))
        await history.expire(key, 3600)
        yield "data: [DONE]\n\n"

    return StreamingResponse(answer(), media_type="text/event-stream")
