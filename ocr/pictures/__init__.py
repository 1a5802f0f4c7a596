"""Picture files (PNG, JPEG, TIFF, BMP, WebP, GIF, HEIC) as pages."""

from .files import MEDIA_TYPES, Picture, PictureFile

__all__ = ["MEDIA_TYPES", "Picture", "PictureFile"]
