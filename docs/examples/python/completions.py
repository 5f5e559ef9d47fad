"""Characters as models, with the official client: `pip install openai`.

DRAMATIS_URL=http://127.0.0.1:8000 DRAMATIS_KEY=drm_… python completions.py
"""

import os

from openai import OpenAI

client = OpenAI(
    base_url=os.environ.get("DRAMATIS_URL", "http://127.0.0.1:8000").rstrip("/") + "/v1",
    api_key=os.environ["DRAMATIS_KEY"],
)

print("models:", [model.id for model in client.models.list().data])

# You keep the talk: nothing is stored here.
answer = client.chat.completions.create(
    model="keeper",
    messages=[
        {"role": "system", "content": "It has been raining for a week."},
        {"role": "user", "content": "Is there a room left?"},
    ],
    max_tokens=300,
)
print("whole:", answer.choices[0].message.content)
print("tokens:", answer.usage.total_tokens if answer.usage else None)

# Piece by piece.
for chunk in client.chat.completions.create(
    model="keeper", messages=[{"role": "user", "content": "Who built this house?"}], stream=True
):
    if chunk.choices and chunk.choices[0].delta.content:
        print(chunk.choices[0].delta.content, end="", flush=True)
print()
