// The shape of a verdict, the same in a badge and in a tree: read without its colour.
import { CircleCheck, CircleQuestionMark, OctagonX, Sun, type LucideIcon } from 'lucide-react';
import type { Verdict } from '../../shared/gates/verdict.ts';

const ICONS: Readonly<Record<Verdict, LucideIcon>> = {
  pass: CircleCheck,
  fail: OctagonX,
  inconclusive: CircleQuestionMark,
};

/** What is not judged is awake, or looks so: it has a sun, and never the shape of the verdict that it would have. */
export function verdictIcon(verdict: Verdict, isJudged: boolean): LucideIcon {
  return isJudged ? ICONS[verdict] : Sun;
}
