// Why the web host cannot have the address that it was told to listen at, as a sentence with the next step.

export class CannotListen extends Error {
  override readonly name = 'CannotListen';

  constructor(cause: NodeJS.ErrnoException, host: string, port: number) {
    super(sentence(cause.code, host, port), { cause });
  }
}

function sentence(code: string | undefined, host: string, port: number): string {
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} of ${host} is in use by another program. Give another one with --port, or leave it out: then a free one is chosen.`;
    case 'EACCES':
      return `Port ${port} of ${host} is only for the administrator. Give one above 1023 with --port.`;
    case 'EADDRNOTAVAIL':
      return `${host} is no address of this machine. Give one of its own with --host.`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `The name ${host} is not known on this machine. Give an IP address with --host.`;
    default:
      return `Port ${port} of ${host} cannot be listened at (${code ?? 'no reason given'}). Try another --port or --host.`;
  }
}
