// The aliases of the user's ssh configuration as targets.
import type { TargetEntry } from '../../shared/rpc/contract.ts';
import type { SshOptions } from '../ssh-config.ts';

export async function sshAliasTargets(options: SshOptions): Promise<{ targets: TargetEntry[]; notes: string[] }> {
  void options;
  return { targets: [], notes: [] };
}
