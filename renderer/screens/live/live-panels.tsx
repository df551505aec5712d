// The panels of the live screen and where they stand: what is held, beside what it means.
import { useCallback, useEffect, useMemo, useRef, type ReactElement, type ReactNode } from 'react';
import type { Policy } from '../../../shared/gates/policy.ts';
import type { TypedAddress } from '../../../shared/engines/typed-address.ts';
import type { ProcessKey } from '../../../shared/model/ids.ts';
import { ASK_ENGINES_SETTING } from '../../../shared/rpc/contract.ts';
import type { Moment } from '../../../shared/session/moment.ts';
import { ErrorBoundary } from '../../components/error-boundary.tsx';
import { useApp, useModel } from '../../store/app-context.ts';
import { compareCycles, compareLooks } from '../../store/keep-looks.ts';
import { NO_GATES } from '../../view/verdicts/armed-gates.ts';
import type { RawRequest } from '../../view/raw-request.ts';
import type { OpenNode } from '../../store/app-state.ts';
import type { LiveView } from '../../store/live-view.ts';
import { KIND_SETTING, limitSetting, limitText } from '../../store/policy.ts';
import type { CycleLookAt } from './cycles/cycles-panel.tsx';
import { EnginesTabs } from './engines-tabs.tsx';
import { LedgerPanel } from './ledger/ledger-panel.tsx';
import { LiveTimeline } from './live-timeline.tsx';
import type { PanelProps } from './panel-props.ts';
import { RawDrawer } from './raw/raw-drawer.tsx';
import { VerdictsPanel } from './verdicts/verdicts-panel.tsx';

export interface LivePanelsProps {
  readonly open: OpenNode;
  readonly moment: Moment;
  readonly policy: Policy;
}

export function LivePanels({ open, moment, policy }: LivePanelsProps): ReactElement {
  const model = useModel();
  const { node } = open.entry;
  const selection = useApp((state) => state.selection);
  const cursorMs = useApp((state) => state.cursorMs);
  const view = useApp((state) => state.view);
  const raw = useApp((state) => state.raw);
  const mayAsk = useApp((state) => state.settings[ASK_ENGINES_SETTING] !== 'off');
  const limitVariable = useApp((state) => state.info?.limitVariable ?? null);
  const acts = useMemo(
    () => ({
      onSelect: (next: PanelProps['selection']) => model.set({ selection: next }),
      onCursor: model.lookAt,
      onZoomed: (zoomed: boolean) => model.setView({ zoomed }),
      onView: (part: Partial<LiveView>) => model.setView(part),
      onLook: () => model.nodes.look(node),
      onCompareCycle: (looks: readonly CycleLookAt[]) => compareLooks(model, looks),
      onCompareAll: () => compareCycles(model),
      onAsk: (isOn: boolean) => model.settings.set(ASK_ENGINES_SETTING, isOn ? 'on' : 'off'),
      onJudge: (judge: (() => void) | undefined) => {
        model.judge = judge;
      },
      onTell: (engine: ProcessKey, state: 'awake' | 'asleep' | null) => model.tell(node, engine, state),
      onAskAt: (engine: ProcessKey, address: TypedAddress | null) => model.nodes.endpoint(node, engine, address),
    }),
    [model, node],
  );
  // A number is asked about on the look that it was read from, also when the next one is there by then.
  const shownMoment = useRef(moment);
  useEffect(() => {
    shownMoment.current = moment;
  }, [moment]);
  const onPolicy = useCallback(
    (next: Policy) => {
      model.settings.set(KIND_SETTING, next.kind);
      const name = limitSetting(next.kind);
      // The run's limit is that of this run: another one may have another.
      if (next.origin === 'run') model.settings.setHere(name, limitText(next));
      else model.settings.set(name, limitText(next));
    },
    [model],
  );
  const onRaw = useCallback(
    (request: RawRequest, of?: Moment) => model.set({ raw: { request, moment: of ?? shownMoment.current } }),
    [model],
  );
  // Of a recording, as it was known then.
  const panel: PanelProps = { onRaw, moment, node: open.at ?? open.session, policy, selection, cursorMs, ...acts };
  const brush = useApp((state) => (state.timeline.of === node ? state.timeline.brush : undefined));
  return (
    <div className="grid min-h-0 flex-1 grid-cols-[minmax(0,7fr)_minmax(0,5fr)] gap-2">
      <div className="flex min-h-0 flex-col gap-2">
        <Place what="The ledger" size="max-h-[60%] shrink-0">
          <LedgerPanel {...panel} zoomed={view.zoomed} onZoomed={acts.onZoomed} />
        </Place>
        <EnginesTabs
          panel={panel}
          view={view}
          onView={acts.onView}
          cycles={{
            node: open.session,
            onCursor: acts.onCursor,
            onCompare: acts.onCompareCycle,
            onCompareAll: acts.onCompareAll,
          }}
          range={
            brush === undefined
              ? undefined
              : {
                  node: open.session,
                  brush,
                  onZoom: () => model.setTimeline(node, { fixed: brush }),
                  onClear: () => model.setTimeline(node, { brush: undefined }),
                  onCompare: (fromMs, toMs) =>
                    compareLooks(model, [
                      { atMs: fromMs, what: 'range, first' },
                      { atMs: toMs, what: 'range, last' },
                    ]),
                }
          }
          asking={open.capabilities.canLook ? { isOn: mayAsk, onTurn: acts.onAsk, onAt: acts.onAskAt } : undefined}
        />
      </div>
      <div className="flex min-h-0 flex-col gap-2">
        <Place what="The verdicts">
          <VerdictsPanel
            {...panel}
            limitVariable={limitVariable}
            arming={{
              gates: open.gates ?? NO_GATES,
              onArm: open.capabilities.canLook ? (engine) => model.arm(node, engine, policy) : undefined,
              onDisarm: (engine) => model.disarm(node, engine),
            }}
            onPolicy={onPolicy}
            onTell={acts.onTell}
            onLook={acts.onLook}
            onJudge={acts.onJudge}
          />
        </Place>
        <Place what="The timeline" size="max-h-[80%] shrink-0">
          <LiveTimeline open={open} panel={panel} />
        </Place>
      </div>
      {raw === undefined ? null : (
        <RawDrawer
          request={raw.request}
          moment={raw.moment}
          newestMs={open.session.moment?.atMs ?? moment.atMs}
          onClose={() => model.set({ raw: undefined })}
        />
      )}
    </div>
  );
}

interface PlaceProps {
  /** As in "The ledger could not be drawn". */
  readonly what: string;
  /** How it shares its column, as classes. */
  readonly size?: string;
  readonly children: ReactNode;
}

/** A panel scrolls inside its place, and its fault stays there. */
function Place({ what, size = '', children }: PlaceProps): ReactElement {
  return (
    <div className={`min-h-0 overflow-x-hidden overflow-y-auto ${size}`}>
      <ErrorBoundary what={what}>{children}</ErrorBoundary>
    </div>
  );
}
