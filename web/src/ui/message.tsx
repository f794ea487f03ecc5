// SPDX-License-Identifier: MIT

import type { IconNode } from 'lucide';
import type { ComponentChildren } from 'preact';

import { Icon } from './icon';

/** What a screen shows in place of content: empty, nothing found, failed. */
export function EmptyState(props: { icon: IconNode; title: string; hint?: string; children?: ComponentChildren }) {
  return (
    <div class="empty-state">
      <span class="empty-icon">
        <Icon node={props.icon} size={28} />
      </span>
      <p class="empty-title">{props.title}</p>
      {props.hint && <p class="soft">{props.hint}</p>}
      {props.children}
    </div>
  );
}

/** A message inside the flow of a screen, read out when it appears. */
export function Notice(props: {
  tone: 'danger' | 'warning' | 'good' | 'plain';
  icon: IconNode;
  testId?: string;
  code?: string;
  children: ComponentChildren;
}) {
  const { tone, icon, testId, code, children } = props;
  return (
    <div
      class={`notice notice-${tone}`}
      role={tone === 'danger' ? 'alert' : 'status'}
      data-testid={testId}
      data-code={code}
    >
      <Icon node={icon} />
      <div class="notice-words">{children}</div>
    </div>
  );
}
