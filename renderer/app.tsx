// The whole window: where you are, what is wrong with the host, and one screen.
import { lazy, Suspense, useCallback, useEffect, useMemo, useState, type ReactElement } from 'react';
import { CommandPalette } from './commands/command-palette.tsx';
import { runCommand, type CommandContext } from './commands/command.ts';
import { copyEvidence } from './commands/copy-evidence.ts';
import { CopyEvidenceContext } from './commands/copy-evidence-context.ts';
import { copyTable, copyTableInFocus } from './commands/copy-table.ts';
import { KeysHelp } from './commands/keys-help.tsx';
import { useKeys } from './commands/use-keys.ts';
import { Banner } from './components/banner.tsx';
import { Button } from './components/button.tsx';
import { DropZone } from './components/drop-zone.tsx';
import { ErrorBoundary } from './components/error-boundary.tsx';
import { HostBanner } from './components/host-banner.tsx';
import type { CopyFormat } from './components/page-table.ts';
import { Said, TableMenu } from './components/table-menu.tsx';
import { NavBar } from './components/nav-bar.tsx';
import type { OnMenu } from './host/menu-commands.ts';
import { ConnectScreen } from './screens/connect/connect-screen.tsx';
import { RecordingsScreen } from './screens/recordings/recordings-screen.tsx';
import { focusMarkField } from './screens/live/timeline/keep-buttons.tsx';
import { LiveScreen, loadPanels } from './screens/live/live-screen.tsx';
import { AppContext, useApp, useModel } from './store/app-context.ts';
import type { AppModel } from './store/app-model.ts';
import type { Screen } from './store/app-state.ts';
import { ClockContext, type Clock } from './store/clock.ts';

export interface AppProps {
  readonly model: AppModel;
  readonly clock?: Clock;
  /** Tells of commands from outside the page, as from the menu of the desktop's window. */
  readonly onMenu?: OnMenu;
}

export function App({ model, clock = Date.now, onMenu }: AppProps): ReactElement {
  useEffect(() => model.start(), [model]);
  useEffect(() => {
    // Whoever needs the panels later tries again, and says what is wrong.
    loadPanels().catch(() => undefined);
  }, []);
  return (
    <ClockContext value={clock}>
      <AppContext value={model}>
        <ErrorBoundary what="The page">
          <Frame {...(onMenu === undefined ? {} : { onMenu })} />
        </ErrorBoundary>
      </AppContext>
    </ClockContext>
  );
}

/** Its charts need not be there before there is something to compare. */
const CompareScreen = lazy(async () => {
  const compare = await import('./screens/compare/compare-screen.tsx');
  return { default: compare.CompareScreen };
});

function Compare(): ReactElement {
  return (
    <Suspense fallback={<p className="p-4 text-muted">Loading the comparison.</p>}>
      <CompareScreen />
    </Suspense>
  );
}

const EvidenceScreen = lazy(async () => {
  const evidence = await import('./screens/evidence/evidence-screen.tsx');
  return { default: evidence.EvidenceScreen };
});

function Evidence(): ReactElement {
  return (
    <Suspense fallback={<p className="p-4 text-muted">Loading the evidence.</p>}>
      <EvidenceScreen />
    </Suspense>
  );
}

function Frame({ onMenu }: Pick<AppProps, 'onMenu'>): ReactElement {
  const model = useModel();
  const screen = useApp((state) => state.screen);
  const { Shown } = SCREENS[screen];
  const [isPaletteOpen, setPaletteOpen] = useState(false);
  const [isHelpOpen, setHelpOpen] = useState(false);
  const [said, setSaid] = useState('');
  const context = useMemo<CommandContext>(
    () => ({
      model,
      openPalette: () => setPaletteOpen(true),
      showKeys: () => setHelpOpen(true),
      judgeNow: () => model.judge?.(),
      writeMark: focusMarkField,
      copyEvidence: (table) => void copyEvidence(model, table).then(setSaid),
      copyTable: () => void copyTableInFocus(model.store.get()).then(setSaid),
    }),
    [model],
  );
  const openFiles = useCallback((files: readonly File[]) => void model.recordings.openFiles(files), [model]);
  const copyOne = useCallback(
    (table: Element, format: CopyFormat) => void copyTable(table, format, model.store.get()).then(setSaid),
    [model],
  );
  const hush = useCallback(() => setSaid(''), []);
  useKeys(context);
  const shown = useApp((state) => state.shown);
  useEffect(() => {
    // What had the focus is gone with its screen: a keyboard goes on where the new one begins.
    if (document.activeElement === document.body) document.getElementById('content')?.focus();
  }, [screen, shown]);
  useEffect(() => onMenu?.((id) => runCommand(id, context)), [onMenu, context]);
  return (
    <div className="isolate flex h-dvh min-h-[560px] flex-col">
      <a
        href="#content"
        className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:m-1 focus:rounded focus:bg-accent focus:px-3 focus:py-1.5 focus:text-on-accent"
        onClick={(event) => {
          // The address stays as it is: it may hold what the host gave.
          event.preventDefault();
          document.getElementById('content')?.focus();
        }}
      >
        Skip to the content
      </a>
      <NavBar onPalette={context.openPalette} onKeys={context.showKeys} />
      {/* A layer of its own: nothing that is lifted inside the panels stands above a dialog. */}
      <TableMenu onCopy={copyOne}>
        <main id="content" tabIndex={-1} className="isolate flex min-h-0 flex-1 flex-col outline-none">
          <div className="flex flex-col gap-2 px-4 pt-2 empty:hidden">
            <HostBanner />
            <ComplaintBanner />
            <OpeningBanner />
            <RecorderBanner />
          </div>
          <h1 className="sr-only">{SCREENS[screen].title}</h1>
          <ErrorBoundary key={screen} what={SCREENS[screen].what}>
            <CopyEvidenceContext value={context.copyEvidence}>
              <Shown />
            </CopyEvidenceContext>
          </ErrorBoundary>
        </main>
      </TableMenu>
      <Said text={said} onGone={hush} />
      <DropZone onFiles={openFiles} />
      <CommandPalette isOpen={isPaletteOpen} onOpen={setPaletteOpen} context={context} />
      <KeysHelp isOpen={isHelpOpen} onOpen={setHelpOpen} />
    </div>
  );
}

const SCREENS: Readonly<Record<Screen, { title: string; what: string; Shown: () => ReactElement }>> = {
  connect: { title: 'Connect', what: 'The list of nodes', Shown: ConnectScreen },
  live: { title: 'Live', what: 'The live screen', Shown: LiveScreen },
  recordings: { title: 'Recordings', what: 'The list of recordings', Shown: RecordingsScreen },
  compare: { title: 'Compare', what: 'The comparison', Shown: Compare },
  evidence: { title: 'Evidence', what: 'The evidence', Shown: Evidence },
};

function ComplaintBanner(): ReactElement | null {
  const model = useModel();
  const complaint = useApp((state) => state.complaint);
  if (complaint === undefined) return null;
  const dismiss = <Button onClick={() => model.set({ complaint: undefined })}>Dismiss</Button>;
  return (
    <Banner tone="fail" isUrgent title={complaint.text} actions={dismiss}>
      {complaint.next}
    </Banner>
  );
}

/** What is seen is not kept any more: a full disk, most often. */
function RecorderBanner(): ReactElement | null {
  const model = useModel();
  const stopped = useApp((state) => state.recorder?.stopped);
  if (stopped === undefined || stopped === null) return null;
  const resume = <Button onClick={() => model.hosted.resume()}>Resume</Button>;
  return (
    <Banner tone="warn" isUrgent title="Recording has stopped." actions={resume}>
      {stopped} What was written before stays.
    </Banner>
  );
}

/** A long recording on a slow disk: something is going on. */
function OpeningBanner(): ReactElement | null {
  const opening = useApp((state) => state.opening);
  const recordings = useApp((state) => state.recordings);
  if (opening === undefined || [...recordings.values()].some(({ name }) => name === opening)) return null;
  return <Banner tone="info" title={`Opening ${opening}.`} />;
}
