# SPDX-License-Identifier: MIT
"""Admin classes for synced models: a form changes what the person changed, not what it merely showed."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.db import models
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from sawa.registry import registry

if TYPE_CHECKING:
    AnyModelForm = forms.ModelForm[Any]
else:
    AnyModelForm = forms.ModelForm


class SyncedModelForm(AnyModelForm):
    """Leaves fields alone that nobody touched, and reads a changed counter as a movement from the value it showed.

    Between showing a form and sending it, devices may have sold: the form's old numbers must not undo that.
    """

    def _post_clean(self) -> None:
        if not self.instance._state.adding:
            for name in self._counters():
                self._move(name)
            for name in self.fields:
                if name in self.cleaned_data and name not in self.changed_data and hasattr(self.instance, name):
                    self.cleaned_data[name] = getattr(self.instance, name)
        super()._post_clean()  # type: ignore[misc]

    def _counters(self) -> list[str]:
        collection = registry.for_model(type(self.instance))
        return [spec.attr for spec in collection.counters] if collection else []

    def _move(self, name: str) -> None:
        if name not in self.changed_data or name not in self.cleaned_data:
            return
        shown = self[name].initial
        hidden = (
            self.fields[name].hidden_widget().value_from_datadict(self.data, self.files, self.add_initial_prefix(name))
        )
        if hidden is not None:
            shown = self.fields[name].to_python(hidden)
        self.cleaned_data[name] = getattr(self.instance, name) + self.cleaned_data[name] - shown


class SyncedModelAdmin(ModelAdmin):  # type: ignore[misc]
    """The admin of a synced model."""

    form = SyncedModelForm
    list_per_page = 50
    show_full_result_count = False

    def formfield_for_dbfield(self, db_field: "models.Field[Any, Any]", request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None:
            field.show_hidden_initial = True
        return field

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """A row keeps its shop."""
        return [*super().get_readonly_fields(request, obj), *(["shop"] if obj else [])]


class ReadOnlyAdmin(ModelAdmin):  # type: ignore[misc]
    """Rows that people look at, and nobody changes by hand."""

    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest, *_: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, *_: Any) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, *_: Any) -> bool:
        return False
