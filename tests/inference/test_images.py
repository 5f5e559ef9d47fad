"""A picture asked for over the network: what is sent, what counts as an answer, what goes wrong by which name."""

import io

import pytest
from PIL import Image

from inference.base import BrokenStream, ImageRequest, ModelUnavailable, RateLimitedByModel, Refused, TooSlow
from inference.providers.images import arguments
from inference.standin.pictures import painted
from inference.streams import Deadlines


async def test_a_real_picture_comes_back_and_the_request_says_what_was_wanted(connect, standin):
    data = await connect().draw(ImageRequest("understudy-paints", "an innkeeper in ember light", "1024x1536", "p-7"))
    picture = Image.open(io.BytesIO(data))
    picture.load()
    assert picture.format == "PNG"
    assert abs(picture.width / picture.height - 1024 / 1536) < 0.01
    sent = await standin.settled("an innkeeper in ember light")
    assert sent["path"] == "/v1/images/generations"
    assert sent["body"] == {
        "model": "understudy-paints",
        "prompt": "an innkeeper in ember light",
        "n": 1,
        "size": "1024x1536",
        "user": "p-7",
        "response_format": "b64_json",
    }


@pytest.mark.parametrize(
    ("model", "error", "code"),
    [
        ("503", ModelUnavailable, "model_unavailable"),
        ("429", RateLimitedByModel, "model_rate_limited"),
        ("401", Refused, "model_bad_key"),
        ("missing-model", Refused, "model_unknown"),
        ("draw-url", BrokenStream, "malformed"),
        ("draw-nothing", BrokenStream, "malformed"),
        ("html", BrokenStream, "malformed"),
    ],
)
async def test_what_goes_wrong_has_a_name(connect, model, error, code):
    with pytest.raises(error) as caught:
        await connect().draw(ImageRequest(model, "a figure"))
    assert caught.value.code == code


async def test_a_passing_failure_is_asked_again(connect):
    assert await connect().draw(ImageRequest("503-times-1", "a figure that fails once"))


async def test_a_picture_that_never_comes_ends_with_the_deadline(connect):
    with pytest.raises(TooSlow):
        await connect(deadlines=Deadlines(total=0.3)).draw(ImageRequest("draw-forever", "a figure"))


def test_servers_that_send_pictures_anyway_are_not_told_to():
    assert "response_format" not in arguments(ImageRequest("gpt-image-1", "a figure", "1024x1536"))
    assert arguments(ImageRequest("some-other", "a figure")) == {
        "model": "some-other",
        "prompt": "a figure",
        "n": 1,
        "response_format": "b64_json",
    }


def test_the_same_words_give_the_same_picture_and_others_another():
    assert painted("a hooded figure") == painted("a hooded figure")
    assert painted("a hooded figure") != painted("an innkeeper")
    for size in ("10x10", "9999x1000", "nonsense", ""):
        Image.open(io.BytesIO(painted("船夫", size))).load()
