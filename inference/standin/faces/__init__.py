"""The protocols that the stand-in speaks, one file each: how a request is read and what an answer looks like."""

from inference.standin.faces.anthropic import AnthropicFace
from inference.standin.faces.base import Counted, Face
from inference.standin.faces.gemini import GeminiFace
from inference.standin.faces.openai import OpenAIFace

__all__ = ["AnthropicFace", "Counted", "Face", "GeminiFace", "OpenAIFace"]
