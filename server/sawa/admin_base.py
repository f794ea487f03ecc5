# SPDX-License-Identifier: MIT
"""Admin classes for synced models: a form changes what the person changed, not what it merely showed."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.db import models
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from sawa.conflict_notes import noting_overwrites
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

    def seen(self) -> dict[str, Any]:
        """The wire values that the form showed, of the fields that the person changed.

        Where the row still holds what was shown it is the row's own value: a form may show less of it, such as no parts
        of a second.
        """
        collection = registry.for_model(type(self.instance))
        found: dict[str, Any] = {}
        for spec in collection.fields if collection else ():
            name = spec.field.name
            if spec.is_counter or name not in self.changed_data:
                continue
            field, shown = self.fields[name], self._shown(name)
            if not field.has_changed(self.get_initial_for_field(field, name), shown):
                found[spec.wire] = spec.to_wire(self.instance.loaded_value(spec.attr))
                continue
            try:
                value = field.clean(shown)
            except forms.ValidationError:
                value = None  # nothing that the row could hold: somebody has tampered with the form
            found[spec.wire] = spec.to_wire(value.pk if isinstance(value, models.Model) else value)
        return found

    def _shown(self, name: str) -> Any:
        """What the form showed, as it was sent back beside what the person wrote."""
        hidden = self.fields[name].hidden_widget()
        return hidden.value_from_datadict(self.data, self.files, self.add_initial_prefix(name))

    def _counters(self) -> list[str]:
        collection = registry.for_model(type(self.instance))
        return [spec.attr for spec in collection.counters] if collection else []

    def _move(self, name: str) -> None:
        if name not in self.changed_data or name not in self.cleaned_data:
            return
        hidden = self._shown(name)
        shown = self[name].initial if hidden is None else self.fields[name].to_python(hidden)
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

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Saves, and notes what of somebody else's edits that overwrites which the form did not show."""
        if not change or not isinstance(form, SyncedModelForm):
            super().save_model(request, obj, form, change)
            return
        with noting_overwrites(obj, form.seen(), actor=str(request.user.pk)):
            super().save_model(request, obj, form, change)

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
