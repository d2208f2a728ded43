"""Packs from view models: wording, templates, PDF."""

from flows.render.batches import PackJob, RenderingStoppedError, render_packs
from flows.render.html import render_html
from flows.render.pdf import RenderError, render_pdf

__all__ = [
    "PackJob",
    "RenderError",
    "RenderingStoppedError",
    "render_html",
    "render_packs",
    "render_pdf",
]
