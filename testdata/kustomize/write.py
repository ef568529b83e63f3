#!/usr/bin/env python3
"""Writes the cases that `families/` describes; record.py then records what kustomize does with them."""
import importlib
import pkgutil

import families

for module in sorted(module.name for module in pkgutil.iter_modules(families.__path__)):
    if module != "common":
        importlib.import_module(f"families.{module}").write()
print(f"{len(families.common.WRITTEN)} written")
