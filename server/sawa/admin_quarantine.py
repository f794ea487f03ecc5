# SPDX-License-Identifier: MIT
"""Where a person decides about mutations in quarantine."""

import json
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from sawa.admin_base import ReadOnlyAdmin
from sawa.api.body import parse
from sawa.errors import SyncError
from sawa.models import QuarantinedMutation, Status
from sawa.services import quarantine
from sawa.services.receipts import Verdict

if TYPE_CHECKING:
    QuarantineModelForm = forms.ModelForm[QuarantinedMutation]
else:
    QuarantineModelForm = forms.ModelForm

APPLY, CORRECT, DISCARD = "apply", "correct", "discard"
#: What names the mutation: another one can't be made of it.
_IDENTITY = ("id", "seq")


class DecisionForm(QuarantineModelForm):
    """What is to become of the mutation. Nothing is written here: the service does it, under the shop's lock."""

    decision = forms.ChoiceField(
        choices=[
            (APPLY, "Apply it now, as it is"),
            (CORRECT, "Apply what is written below in its place"),
            (DISCARD, "Discard it (it is kept, as discarded)"),
        ],
        widget=UnfoldAdminSelectWidget,
    )
    corrected = forms.CharField(
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 24, "spellcheck": "false"}),
        help_text="The mutation as JSON. The original is kept beside it.",
    )
    reason = forms.CharField(
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
        help_text="Told to the shop's devices. Needed to discard.",
    )

    class Meta:
        model = QuarantinedMutation
        fields = ("corrected", "reason")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial["corrected"] = readable(self.instance.corrected or self.instance.payload)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("decision") == DISCARD and not cleaned.get("reason", "").strip():
            self.add_error("reason", "Say why.")
        if cleaned.get("decision") == CORRECT:
            try:
                cleaned["payload"] = _checked(cleaned.get("corrected", ""), json.loads(self.instance.payload))
            except ValidationError as error:
                self.add_error("corrected", error)
        return cleaned

    def _post_clean(self) -> None:
        """Leaves the instance alone: it is only shown."""


def _checked(text: str, original: dict[str, Any]) -> dict[str, Any]:
    """The mutation in `text`, within the limits of the protocol. Raises ValidationError."""
    try:
        payload = parse(text.encode("utf-8", "surrogatepass"))
    except SyncError as error:
        raise ValidationError(error.message) from error
    if any(payload.get(name) != original.get(name) for name in _IDENTITY):
        raise ValidationError("Its id and sequence stay as they are.")
    if not isinstance(payload.get("ops"), list):
        raise ValidationError("The operations are missing.")
    return payload


def readable(payload: str) -> str:
    """JSON text with a line for each value."""
    return json.dumps(json.loads(payload), indent=2)


@admin.register(QuarantinedMutation)
class QuarantinedMutationAdmin(ReadOnlyAdmin):
    """Open ones can be decided about, in their form or several at once; the others are the archive."""

    form = DecisionForm
    list_display = ["title", "shop", "device", "code", "state", "at", "resolved_by", "reason"]
    list_filter = ["state", "shop", "code"]
    list_select_related = ["shop", "device"]
    search_fields = ["mutation_id", "name"]
    actions = ["retry"]
    readonly_fields = [
        *("title", "mutation_id", "shop", "device", "at", "state", "code", "error"),
        *("original", "resolved_at", "resolved_by"),
    ]

    @admin.display(description="mutation")
    def title(self, entry: QuarantinedMutation) -> str:
        return entry.name or str(entry.mutation_id)

    @admin.display(description="as it came")
    def original(self, entry: QuarantinedMutation) -> str:
        return readable(entry.payload)

    def get_fields(self, request: HttpRequest, obj: QuarantinedMutation | None = None) -> Any:
        """First what it is and why it is here, then what can be, or was, decided."""
        shown = ["title", "mutation_id", "shop", "device", "at", "state", "code", "error"]
        if self.has_change_permission(request, obj):
            return [*shown, "decision", "reason", "corrected", "original"]
        return [*shown, "reason", "resolved_by", "resolved_at", "original", "corrected"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is not None and obj.state == QuarantinedMutation.State.OPEN and self.has_resolve_permission(request)

    def has_resolve_permission(self, request: HttpRequest) -> bool:
        """Who may decide about quarantined mutations."""
        return bool(request.user.has_perm("sawa.change_quarantinedmutation"))

    def save_model(self, request: HttpRequest, obj: QuarantinedMutation, form: Any, change: bool) -> None:
        """Does what was decided."""
        cleaned, by = form.cleaned_data, request.user.get_username()
        if cleaned["decision"] == DISCARD:
            quarantine.discard(obj.pk, by, cleaned["reason"].strip())
            self.message_user(request, "Discarded. It is kept.", messages.SUCCESS)
            return
        verdict = quarantine.retry(obj.pk, by, corrected=cleaned.get("payload"), reason=cleaned["reason"].strip())
        self._tell(request, [verdict])

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:
        """What the history says."""
        return f"Decided: {form.cleaned_data['decision']}"

    def response_change(self, request: HttpRequest, obj: QuarantinedMutation) -> HttpResponse:
        """Shows what became of it."""
        return HttpResponseRedirect(reverse("admin:sawa_quarantinedmutation_change", args=[obj.pk]))

    @admin.action(description="Apply the selected mutations now", permissions=["resolve"])
    def retry(self, request: HttpRequest, queryset: QuerySet[QuarantinedMutation]) -> None:
        verdicts = []
        # The order in which they came.
        for entry in queryset.order_by("receipt_id"):
            verdict = quarantine.retry(entry.pk, request.user.get_username())
            self.log_change(request, entry, f"Tried again: {verdict.status}")
            verdicts.append(verdict)
        self._tell(request, verdicts)

    def _tell(self, request: HttpRequest, verdicts: list[Verdict]) -> None:
        applied = sum(verdict.status in {Status.APPLIED, Status.MERGED} for verdict in verdicts)
        level = messages.SUCCESS if applied == len(verdicts) else messages.WARNING
        refused = "".join(f" {verdict.message}" for verdict in verdicts if verdict.message)
        self.message_user(request, f"{applied} of {len(verdicts)} mutations applied.{refused}", level)
