// SPDX-License-Identifier: MIT
// From the outcomes of all runs to one median each, with the single values kept beside it.
import { median } from '../../lib/statistics.mjs';

const unique = (list) => [...new Set(list)];

function medianOfFields(values) {
  const fields = Object.keys(values[0]);
  return Object.fromEntries(fields.map((field) => [field, median(values.map((value) => value[field]))]));
}

/** { median, runs } of what worked; `missing` says why there is nothing to measure, `errors` what went wrong. */
function summarise(outcomes) {
  const values = outcomes.filter(({ value }) => value).map(({ value }) => value);
  const missing = outcomes.find((outcome) => outcome.missing)?.missing;
  const errors = unique(outcomes.filter(({ error }) => error).map(({ error }) => error));
  return {
    median: values.length > 0 ? medianOfFields(values) : null,
    ...(values.length > 0 && { runs: values }),
    ...(missing && { missing }),
    ...(errors.length > 0 && { errors }),
  };
}

/** The runs of one contender by measurement. */
export function summariseRuns(runs) {
  const names = unique(runs.flatMap(({ outcomes }) => Object.keys(outcomes)));
  return Object.fromEntries(
    names.map((name) => [name, summarise(runs.flatMap(({ outcomes }) => outcomes[name] ?? []))]),
  );
}
