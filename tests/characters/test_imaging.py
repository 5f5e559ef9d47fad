import io
import os
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms

from characters.imaging import FACE, MAX_BYTES, MAX_PIXELS, PRINT, Box, Cut, PictureError, cut_portrait, fit_picture
from tests.characters.bitmaps import encoded, halves, opened, pixel, png, promising, with_text, zipped_text


def cut_or_reason(data: bytes, **boxes: Box) -> Any:
    try:
        return cut_portrait(data, **boxes)
    except PictureError as error:
        return error.reason


def refused(data: bytes, **boxes: Box) -> PictureError:
    with pytest.raises(PictureError) as caught:
        cut_portrait(data, **boxes)
    return caught.value


@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP", "GIF"])
def test_every_format_becomes_a_print_and_a_face_in_webp(format):
    cut = cut_portrait(encoded(Image.new("RGB", (1500, 1500), (9, 90, 120)), format))
    shown, face = opened(cut.data), opened(cut.face)
    assert (shown.format, shown.size) == ("WEBP", PRINT)
    assert (face.format, face.size) == ("WEBP", FACE)
    assert (cut.width, cut.height) == PRINT


def test_a_small_picture_is_not_blown_up():
    assert opened(cut_portrait(png(300, 400)).data).size == (300, 400)


def test_nothing_of_the_file_survives_but_its_pixels():
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    photo = encoded(halves(), "JPEG", exif=exif, comment=b"a secret place")
    for data in (photo, with_text(chara="a card", Comment="a secret place"), png() + b"<script>alert(1)</script>"):
        cut = cut_portrait(data)
        for written in (cut.data, cut.face):
            assert not any(
                word in written for word in (b"home", b"secret", b"card", b"script", b"Exif", b"EXIF", b"XMP")
            )
            assert opened(written).getexif() == {}


def test_what_turns_a_photograph_upright_is_done_before_it_is_cut():
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera lay on its side: turn it clockwise
    lying = encoded(halves(800, 400), "JPEG", exif=exif, quality=95)
    cut = opened(cut_portrait(lying, crop=Box(0, 0, 300, 400)).data).convert("RGB")
    assert pixel(cut, 150, 20)[0] > 200, "the left half now is the upper one"
    lower = opened(cut_portrait(lying, crop=Box(0, 400, 300, 400)).data).convert("RGB")
    assert pixel(lower, 150, 380)[2] > 200


def test_the_cut_is_where_the_browser_said():
    data = encoded(halves(), "PNG")
    left = opened(cut_portrait(data, crop=Box(0, 0, 150, 200)).data).convert("RGB")
    right = opened(cut_portrait(data, crop=Box(210, 100, 150, 200), face=Box(250, 150, 50, 60)).data).convert("RGB")
    assert pixel(left, 75, 100)[0] > 200
    assert pixel(right, 75, 100)[2] > 200


def test_a_face_may_lie_elsewhere_than_the_middle():
    cut = cut_portrait(encoded(halves(), "PNG"), crop=Box(0, 0, 300, 400), face=Box(210, 0, 50, 60))
    assert pixel(cut.face, 25, 30)[2] > 200


@given(st.builds(Box, *[st.integers(0, 3000)] * 4))
def test_any_frame_gives_the_right_shape_or_is_refused(box):
    found = cut_or_reason(SQUARE, crop=box)
    assert found == "crop" or abs(found.width / found.height - 0.75) < 0.1


SQUARE = png(200, 200)


def test_a_large_photograph_is_decoded_small_and_keeps_its_frame():
    photo = encoded(halves(4000, 4000), "JPEG")
    right = opened(cut_portrait(photo, crop=Box(2100, 0, 1800, 2400)).data).convert("RGB")
    assert right.size == PRINT
    assert pixel(right, 450, 600)[2] > 200


def test_only_the_first_of_many_frames_is_kept():
    frames = [Image.new("RGB", (90, 120), (shade, 0, 0)) for shade in (255, 0, 90)]
    for kind in ("GIF", "WEBP", "PNG"):
        moving = encoded(frames[0], kind, save_all=True, append_images=frames[1:])
        still = opened(cut_portrait(moving).data)
        assert getattr(still, "n_frames", 1) == 1
        assert pixel(still, 45, 60)[0] > 200


def test_what_is_transparent_stays_so():
    clear = opened(cut_portrait(png(300, 400, (10, 20, 30, 90))).data)
    assert clear.mode == "RGBA"
    assert opened(cut_portrait(png(300, 400, (10, 20, 30, 255))).data).mode == "RGB"
    greyish = Image.new("P", (60, 80), 3)
    assert opened(cut_portrait(encoded(greyish, "GIF", transparency=3)).data).mode == "RGBA"


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "I;16", "CMYK"])
def test_colours_of_every_kind(mode):
    picture = Image.new(mode, (90, 120))
    assert opened(cut_portrait(encoded(picture, "JPEG" if mode == "CMYK" else "PNG")).data).size == (90, 120)


def test_a_profile_is_applied_and_gone_and_a_bad_one_is_ignored():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for icc in (profile, b"not a profile"):
        cut = cut_portrait(encoded(halves(), "JPEG", icc_profile=icc))
        assert opened(cut.data).info.get("icc_profile") is None


def test_limits_are_named():
    assert (refused(b"x" * (MAX_BYTES + 1)).reason, refused(b"x" * (MAX_BYTES + 1)).limit) == ("too_large", MAX_BYTES)
    assert (refused(promising(5000, 4001)).reason, refused(promising(5000, 4001)).limit) == (
        "too_many_pixels",
        MAX_PIXELS,
    )
    assert refused(png(20, 400)).reason == "too_small"
    assert refused(png(), crop=Box(10, 10, 0, 0)).reason == "crop"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
        b"%PDF-1.7",
        b"MZ" + b"\0" * 200,
        encoded(halves(), "TIFF"),
        encoded(halves(), "BMP"),
    ],
)
def test_what_is_no_picture_of_ours_is_refused(data):
    assert refused(data).reason in ("unknown", "broken")


def test_bombs_are_refused_at_once():
    bombs = [promising(30_000, 30_000), promising(60_000, 300), zipped_text(200)]
    began = time.process_time()
    assert [refused(bomb).reason for bomb in bombs] == ["too_many_pixels", "too_many_pixels", "broken"]
    assert time.process_time() - began < 1


@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP", "GIF"])
def test_damaged_pictures_are_refused_in_words_never_with_a_crash(format):
    whole = encoded(Image.frombytes("RGB", (64, 64), os.urandom(64 * 64 * 3)), format)
    for cut in range(0, len(whole), max(1, len(whole) // 60)):
        for damaged in (whole[:cut] + bytes([whole[cut] ^ 0x5A]) + whole[cut + 1 :], whole[:cut]):
            found = cut_or_reason(damaged)
            assert isinstance(found, Cut) or found in ("unknown", "broken", "too_many_pixels", "too_small")


def test_a_background_keeps_its_shape():
    cut = fit_picture(png(3000, 1500))
    assert (cut.width, cut.height, cut.face) == (1920, 960, b"")


def test_the_largest_picture_is_cut_in_bounded_time():
    out = io.BytesIO()
    Image.effect_noise((5000, 4000), 40).convert("L").save(out, "JPEG", quality=70)
    began = time.process_time()
    cut_portrait(out.getvalue())
    assert time.process_time() - began < 5
