"""Plans and states as ``terraform show -json`` and ``tofu show -json`` write them."""
