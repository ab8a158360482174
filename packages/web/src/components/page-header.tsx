/** Title, what belongs to the page's period, the state of the line, actions; below it whatever must not be missed. */
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { figuresAt } from '../stores/line.ts';
import { ConnectionStatus } from './connection-status.tsx';
import { ImportBar } from './import-bar.tsx';
import { OfflineBanner } from './offline-banner.tsx';
import { UpdateBanner } from './update-banner.tsx';
import './page-header.css';

interface Properties {
  readonly title: string;
  /** Of the browser's tab; the title where absent. */
  readonly tabTitle?: string | undefined;
  /** UTC ms of the figures on the page. */
  readonly dataAt: number | undefined;
  /** Period chips and stepper. */
  readonly period?: ComponentChildren;
  readonly actions?: ComponentChildren;
  /** The page tells the state of the line itself. */
  readonly hasOwnStatus?: boolean;
  /** A second line, such as the filters in force. */
  readonly children?: ComponentChildren;
}

export function PageHeader({ title, tabTitle, dataAt, period, actions, hasOwnStatus, children }: Properties) {
  useEffect(() => {
    document.title = tabTitle ?? title;
  }, [tabTitle, title]);
  useEffect(() => {
    figuresAt.value = dataAt;
  }, [dataAt]);
  return (
    <>
      <header class="page-header">
        <h1>{title}</h1>
        {period}
        <span class="page-header-space" />
        {!hasOwnStatus && <ConnectionStatus />}
        {actions}
      </header>
      {!hasOwnStatus && <OfflineBanner />}
      <UpdateBanner />
      <ImportBar />
      {children}
    </>
  );
}
