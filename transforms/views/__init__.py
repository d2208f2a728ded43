"""View models: what the pages of a pack show, unformatted and the same in every locale."""

from transforms.views.canonical import canonical, identity
from transforms.views.inputs import PackInputs
from transforms.views.model import PackView
from transforms.views.pack import pack_view

__all__ = ["PackInputs", "PackView", "canonical", "identity", "pack_view"]
