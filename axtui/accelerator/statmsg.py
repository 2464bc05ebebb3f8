"""Status messages, where the Accelerator keeps them."""

from axtui.data.status import dummy_status, status

__all__ = ["dummy_status", "status"]
