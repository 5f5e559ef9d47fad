"""Decoding, cutting and encoding of pictures, with Pillow; `characters/imaging.py` is the door."""

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from characters.imaging import (
    FACE,
    FORMATS,
    MAX_BYTES,
    MAX_PIXELS,
    MAX_SIDE,
    MIN_SIDE,
    PRINT,
    WIDE,
    Box,
    Cut,
    PictureError,
)  # fmt: skip

ORIENTATION = 0x0112  # of EXIF: how the camera was held
AT_ONCE = 2
WAIT_SECONDS = 20
# Where a face is looked for when nobody says: as in the drawn portraits, `#face`.
USUAL_FACE = (112 / 600, 128 / 800, 375 / 600, 450 / 800)

# A header that promises more than Pillow's own bound is refused wherever a picture is opened, never just noted.
warnings.simplefilter("error", Image.DecompressionBombWarning)
_decoding = BoundedSemaphore(AT_ONCE)


def cut_portrait(data: bytes, *, crop: Box | None = None, face: Box | None = None) -> Cut:
    spare = [box.width / size[0] for box, size in ((crop, PRINT), (face, FACE)) if box]
    with _opened(data, spare=min(spare, default=None)) as (picture, scale):
        frame = _fitted(_scaled(crop, scale), picture.size, 3 / 4) if crop else _upper_middle(picture.size, 3 / 4)
        near = _fitted(_scaled(face, scale), picture.size, 5 / 6) if face else _usual_face(frame)
        print_ = _resized(picture, frame, PRINT)
        return Cut(_webp(print_), *print_.size, _webp(_resized(picture, near, FACE)))


def fit_picture(data: bytes) -> Cut:
    with _opened(data) as (picture, _):
        width, height = picture.size
        shrink = min(1.0, WIDE[0] / width, WIDE[1] / height)
        size = max(1, round(width * shrink)), max(1, round(height * shrink))
        fitted = _resized(picture, (0, 0, width, height), size)
        return Cut(_webp(fitted), *fitted.size)


def as_png(data: bytes) -> bytes:
    with _opened(data) as (picture, _):
        fitted = picture.copy()
        fitted.thumbnail(WIDE, Image.Resampling.LANCZOS, reducing_gap=2.0)
        out = io.BytesIO()
        _written(fitted).save(out, "PNG")
        return out.getvalue()


@contextmanager
def _opened(data: bytes, *, spare: float | None = None) -> Iterator[tuple[Image.Image, float]]:
    """The picture upright and in sRGB, and by what it was scaled. Everything wrong with it is a PictureError.

    `spare` is how many times more pixels there are than will be kept: a JPEG is then decoded at a half, a quarter or
    an eighth.
    """
    if len(data) > MAX_BYTES:
        raise PictureError("too_large", MAX_BYTES)
    # At the bound of pixels a JPEG holds 40 MB while it is cut, a PNG 100 to 180, a WebP 310: a crowd waits its turn.
    if not _decoding.acquire(timeout=WAIT_SECONDS):
        raise PictureError("busy")
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
            width, height = picture.size
            if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
                raise PictureError("too_many_pixels", MAX_PIXELS)
            if min(width, height) < MIN_SIDE:
                raise PictureError("too_small", MIN_SIDE)
            shrink = int(min(8, max(1, spare if spare is not None else min(width, height) / WIDE[0])))
            picture.draft("RGB", (width // shrink, height // shrink))
            picture.load()
            yield _upright(_plain(picture)), picture.size[0] / width
    except PictureError:
        raise
    except UnidentifiedImageError as error:
        raise PictureError("unknown") from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureError("too_many_pixels", MAX_PIXELS) from error
    except (OSError, ValueError, SyntaxError, EOFError, OverflowError, IndexError, KeyError, TypeError) as error:
        # Pillow's plugins fail in many ways on bytes that only begin like a picture.
        raise PictureError("broken") from error
    except MemoryError as error:
        raise PictureError("too_many_pixels", MAX_PIXELS) from error
    finally:
        _decoding.release()


def _plain(picture: Image.Image) -> Image.Image:
    """RGB, or premultiplied RGBa where something is transparent (what resizing works in); the first frame of many.

    Of a large picture there are never more than two copies at once.
    """
    profile = picture.info.get("icc_profile")
    if isinstance(profile, bytes) and picture.mode in ("RGB", "RGBA"):
        picture = _in_srgb(picture, profile)
    if picture.mode not in ("RGBA", "LA", "PA") and "transparency" not in picture.info:
        return picture if picture.mode == "RGB" else picture.convert("RGB")
    clear = picture if picture.mode == "RGBA" else picture.convert("RGBA")
    opaque = clear.getchannel("A").getextrema() == (255, 255)
    return clear.convert("RGB" if opaque else "RGBa")


def _in_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    """Phones photograph in wider colours; without their profile those would look dull. A bad profile is no profile."""
    try:
        ImageCms.profileToProfile(picture, io.BytesIO(profile), ImageCms.createProfile("sRGB"), inPlace=True)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        pass
    return picture


def _upright(picture: Image.Image) -> Image.Image:
    try:
        turned = picture.getexif().get(ORIENTATION, 1) != 1
        return ImageOps.exif_transpose(picture) if turned else picture
    except Exception:  # a note on the turning that cannot be read turns nothing, whatever is wrong with it
        return picture


Frame = tuple[float, float, float, float]


def _scaled(box: Box, scale: float) -> Frame:
    return box.x * scale, box.y * scale, box.width * scale, box.height * scale


def _fitted(box: Frame, size: tuple[int, int], shape: float) -> Frame:
    """The box in its exact shape (width by height), moved into the picture. What leaves nothing is refused."""
    x, y, width, height = box
    width, height = min(width, height * shape), min(height, width / shape)
    shrink = min(1.0, size[0] / width if width > 0 else 0, size[1] / height if height > 0 else 0)
    width, height = width * shrink, height * shrink
    if width < 8 or height < 8:
        raise PictureError("crop")
    return max(0, min(x, size[0] - width)), max(0, min(y, size[1] - height)), width, height


def _upper_middle(size: tuple[int, int], shape: float) -> Frame:
    width, height = min(size[0], size[1] * shape), min(size[1], size[0] / shape)
    return (size[0] - width) / 2, (size[1] - height) / 4, width, height


def _usual_face(frame: Frame) -> Frame:
    x, y, width, height = frame
    left, top, across, down = USUAL_FACE
    return x + width * left, y + height * top, width * across, height * down


def _resized(picture: Image.Image, frame: Frame, size: tuple[int, int]) -> Image.Image:
    """Cut and made smaller in one go; never larger than what was brought."""
    x, y, width, height = frame
    shrink = min(1.0, width / size[0])
    target = max(1, round(size[0] * shrink)), max(1, round(size[1] * shrink))
    box = (x, y, min(x + width, picture.width), min(y + height, picture.height))
    return _written(picture.resize(target, Image.Resampling.LANCZOS, box=box, reducing_gap=2.0))


def _written(picture: Image.Image) -> Image.Image:
    """As encoders take it."""
    return picture.convert("RGBA") if picture.mode == "RGBa" else picture


def _webp(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    # Only what is named here is written: no profile, no EXIF, no comment.
    picture.save(out, "WEBP", quality=86, method=4, exif=b"", xmp=b"", icc_profile=b"")
    return out.getvalue()
