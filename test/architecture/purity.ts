// Guards what the code may say: no clock or chance in shared, no unknown turned into zero, no forged brands, no mocks.
import { Visitor, type ESTree } from 'vite';
import { isTypeScript, lineAt, type Finding, type Guard, type SourceFile } from './source-file.ts';
import { syntaxOf } from './syntax.ts';

type Report = (node: { readonly start: number }, says: string) => void;

function guardOver(folders: RegExp, visitor: (report: Report, file: SourceFile) => Visitor): Guard {
  return (files) =>
    files
      .filter((file) => isTypeScript(file) && folders.test(file.path))
      .flatMap((file) => {
        const findings: Finding[] = [];
        const report: Report = (node, says) =>
          findings.push({ path: file.path, line: lineAt(file.text, node.start), says });
        visitor(report, file).visit(syntaxOf(file).program);
        return findings;
      });
}

/** `a.b` as text, also written `a['b']`; undefined for anything longer or computed. */
function memberName(node: ESTree.Node): string | undefined {
  if (node.type !== 'MemberExpression' || node.object.type !== 'Identifier') return undefined;
  if (node.property.type === 'Identifier' && !node.computed) return `${node.object.name}.${node.property.name}`;
  if (node.property.type !== 'Literal') return undefined;
  return `${node.object.name}.${String(node.property.value)}`;
}

function isZero(node: ESTree.Node | undefined): boolean {
  if (node?.type === 'UnaryExpression') return isZero(node.argument);
  return node?.type === 'Literal' && (node.value === 0 || node.value === 0n);
}

/** What Node's `process` has and a host process of a snapshot has not: `process.pid` of a row is fine. */
const NODE_PROCESS =
  /^process\.(?:env|argv|exit|exitCode|stdin|stdout|stderr|cwd|platform|hrtime|uptime|nextTick|memoryUsage|on|once|versions?|kill|emitWarning)$/;

/** Time arrives on the observation, chance is the host's, and a log is a host's too. */
export const clockGuard = guardOver(
  /^shared\//,
  (report, file) =>
    new Visitor({
      MemberExpression(node) {
        const name = memberName(node);
        if (name === undefined) return;
        const bindsProcess = /\bprocess\b\s*(?:[:,)=}]|\bof\b|=>)/.test(file.text);
        const fromNode = bindsProcess ? NODE_PROCESS.test(name) : name.startsWith('process.');
        if (/^(?:Date\.now|Math\.random|crypto\..*|performance\..*|globalThis\..*)$/.test(name) || fromNode) {
          report(node, `shared/ has no ${name}: pass the value in`);
        }
      },
      NewExpression(node) {
        if (node.callee.type === 'Identifier' && node.callee.name === 'Date' && node.arguments.length === 0) {
          report(node, 'shared/ has no new Date(): time arrives on the observation');
        }
      },
      CallExpression(node) {
        if (node.callee.type === 'Identifier' && node.callee.name === 'Date') {
          report(node, 'shared/ has no Date(): time arrives on the observation');
        }
      },
    }),
);

/** Unknown is a value: where sums and verdicts are made, a missing number must not become a small one. */
export const zeroGuard = guardOver(
  /^shared\/(?:ledger|gates|session)\//,
  (report) =>
    new Visitor({
      LogicalExpression(node) {
        if ((node.operator === '??' || node.operator === '||') && isZero(node.right)) {
          report(node, `unknown is a value, and '${node.operator} 0' makes it a number`);
        }
      },
      AssignmentExpression(node) {
        if ((node.operator === '??=' || node.operator === '||=') && isZero(node.right)) {
          report(node, `unknown is a value, and '${node.operator} 0' makes it a number`);
        }
      },
      CallExpression(node) {
        if (memberName(node.callee) === 'Math.max' && node.arguments.some((argument) => isZero(argument))) {
          report(node, 'a negative difference is a finding: no Math.max with 0');
        }
      },
    }),
);

/** A brand is put on in one file, after the check that it stands for. */
const BRAND_HOMES: Readonly<Record<string, string>> = {
  Bytes: 'shared/base/units.ts',
  BusId: 'shared/model/ids.ts',
  ProcessKey: 'shared/model/ids.ts',
};

export const brandGuard = guardOver(/./, (report, file) => {
  const check = (node: ESTree.TSAsExpression | ESTree.TSTypeAssertion): void => {
    const { typeAnnotation: type } = node;
    if (type.type !== 'TSTypeReference' || type.typeName.type !== 'Identifier') return;
    const { name } = type.typeName;
    const home = Object.hasOwn(BRAND_HOMES, name) ? BRAND_HOMES[name] : undefined;
    if (home !== undefined && home !== file.path) report(node, `'as ${name}' belongs to ${home} alone`);
  };
  return new Visitor({ TSAsExpression: check, TSTypeAssertion: check });
});

/** A mocked module tests the mock: compose with a real edge instead (test/kit). */
export const mockGuard = guardOver(
  /^(?:test|bench)\//,
  (report) =>
    new Visitor({
      CallExpression(node) {
        const name = memberName(node.callee);
        if (name !== undefined && /^(?:vi|vitest)\.(?:mock|doMock|hoisted)$/.test(name)) {
          report(node, `no ${name}: pass a real edge in`);
        }
      },
    }),
);
