"""`NamedTuple` for records on the way to an answer: `typing`'s own, to a type checker, and at run time a light one.

Importing `typing` and letting `collections.namedtuple` compile ten classes takes a tenth of the time in which
a question is answered.
"""

import sys

__all__ = ["NamedTuple"]
TYPE_CHECKING = False
if TYPE_CHECKING or sys.version_info >= (3, 14):  # from 3.14 a class body no longer holds its annotations
    from typing import NamedTuple
else:
    from operator import itemgetter

    class _Fields(type):
        def __new__(cls, name, bases, space):
            fields = tuple(space.get("__annotations__", ()))
            if not bases:
                return super().__new__(cls, name, (tuple,), space)
            defaults = {field: space.pop(field) for field in fields if field in space}
            getters = {field: property(itemgetter(place)) for place, field in enumerate(fields)}
            made = {**space, **getters, "__slots__": (), "_fields": fields, "_defaults": defaults}
            return super().__new__(cls, name, bases, made)

    class NamedTuple(metaclass=_Fields):
        """The base of a record; a subclass lists its fields as annotations."""

        __slots__ = ()
        _fields = ()
        _defaults = {}  # noqa: RUF012

        def __new__(cls, *values, **named):
            """Make a record of values in the order of the fields, or by name."""
            if len(values) < len(cls._fields):
                rest = cls._fields[len(values) :]
                known = {**cls._defaults, **named}
                missing = [field for field in rest if field not in known]
                if missing or len(named) > len(rest):
                    raise TypeError(f"{cls.__name__} lacks {missing} or was given too much: {sorted(named)}")
                values += tuple(known[field] for field in rest)
            elif named or len(values) > len(cls._fields):
                raise TypeError(f"{cls.__name__} takes {len(cls._fields)} values")
            return tuple.__new__(cls, values)

        def __repr__(self):
            """Return the record as it would be written."""
            inner = ", ".join(f"{field}={value!r}" for field, value in zip(self._fields, self, strict=True))
            return f"{type(self).__name__}({inner})"

        def __getnewargs__(self):
            """Return what a copy is made from."""
            return tuple(self)

        def _replace(self, **named):
            values = tuple(named.pop(field, value) for field, value in zip(self._fields, self, strict=True))
            return type(self)(*values, **named)
