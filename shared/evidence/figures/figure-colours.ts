// The colours of a figure: those of the screen, light for paper and dark for a slide.
import type { SegmentClass } from '../../ledger/bus-line.ts';
import type { AccountedClass } from '../../session/accounted-line.ts';

export type FigureTheme = 'light' | 'dark';

export interface FigureColours {
  readonly paper: string;
  readonly text: string;
  readonly muted: string;
  readonly grid: string;
  readonly axis: string;
  readonly limit: string;
  readonly hatch: string;
  readonly warning: string;
  readonly classes: Readonly<Record<SegmentClass, string>>;
  /** Words on the colour of a class. */
  readonly onClasses: Readonly<Record<SegmentClass, string>>;
  readonly accounted: Readonly<Record<AccountedClass, string>>;
  /** Of lines and of groups, told apart with any colour vision. */
  readonly series: readonly string[];
}

const DARK_INK = '#0b0f14';

const LIGHT: FigureColours = {
  paper: '#ffffff',
  text: '#171b22',
  muted: '#58616f',
  grid: '#dfe3e8',
  axis: '#b9c0ca',
  limit: '#b3261e',
  hatch: '#9aa1ab',
  warning: '#8a5a00',
  classes: {
    reserved: '#a4acb8',
    engine: '#0072b2',
    trainer: '#8b5fbf',
    process: '#5f8d86',
    orphan: '#d55e00',
    gone: '#3d4450',
    unattributed: '#c28e0e',
    free: '#e9ecf0',
  },
  onClasses: {
    reserved: DARK_INK,
    engine: '#ffffff',
    trainer: '#ffffff',
    process: DARK_INK,
    orphan: DARK_INK,
    gone: '#ffffff',
    unattributed: DARK_INK,
    free: '#58616f',
  },
  accounted: { weight: '#56a3d9', kvcache: '#2b7fb8', graph: '#1b5a88' },
  series: ['#0072b2', '#d55e00', '#8b5fbf', '#5f8d86', '#c28e0e', '#1b5a88', '#3d4450', '#56a3d9'],
};

const DARK: FigureColours = {
  paper: '#171b21',
  text: '#e8ebef',
  muted: '#9aa5b3',
  grid: '#2a313a',
  axis: '#465160',
  limit: '#ff7b72',
  hatch: '#6b7684',
  warning: '#e3b341',
  classes: {
    reserved: '#5d6877',
    engine: '#3d9fe0',
    trainer: '#b08ae0',
    process: '#7fb3ab',
    orphan: '#f0803c',
    gone: '#aab3bf',
    unattributed: '#e0b341',
    free: '#232a32',
  },
  onClasses: {
    reserved: '#ffffff',
    engine: DARK_INK,
    trainer: DARK_INK,
    process: DARK_INK,
    orphan: DARK_INK,
    gone: DARK_INK,
    unattributed: DARK_INK,
    free: '#9aa5b3',
  },
  accounted: { weight: '#8cc7f0', kvcache: '#4ba3dc', graph: '#2e7fb5' },
  series: ['#3d9fe0', '#f0803c', '#b08ae0', '#7fb3ab', '#e0b341', '#2e7fb5', '#aab3bf', '#8cc7f0'],
};

export const FIGURE_COLOURS: Readonly<Record<FigureTheme, FigureColours>> = { light: LIGHT, dark: DARK };
