// The commands that carry a stream on a node which refuses to forward: bash, python3 or perl, whichever it has.
import type { NodeAddress } from './link.ts';

export const CARRIERS = ['bash', 'python3', 'perl'] as const;
export type CarrierProgram = (typeof CARRIERS)[number];

/** Comes before the answer, on a line of its own, because a login shell may print what it likes before that. */
export const ANSWER_WORD = 'residuum-stream';

/**
 * All three do the same. A child (the guard) reads one line of standard input and then ends; when the input ends first
 * it kills the program, which may hang in connect() and would not notice. Connected, the program prints its answer,
 * waits for the guard, and carries bytes both ways until either side ends. Nothing survives the end of the input.
 *
 * The texts stand in single quotes on the command line of any login shell, on one line. So they have no single quote,
 * no backslash but in printf (fish), no exclamation mark (as in $!) and no line end (csh). Arguments: host, port, token, seconds.
 */
const BASH = [
  'p=$$',
  'exec 4<&0',
  // The parent is asked for before it is killed: its pid may belong to another process by then.
  '( read -r go <&4 || { read -r a b c d e </proc/$BASHPID/stat; [ "$d" = "$p" ] && kill -9 "$p"; } ) >/dev/null 2>&1 &',
  'exec 3<>"/dev/tcp/$1/$2" || { kill -9 %%; exit 1; }',
  `printf "\\n${ANSWER_WORD} %s open\\n" "$3"`,
  'wait',
  'exec 4<&-',
  // From here on only the reader holds standard output: when the peer ends, so does our output.
  'cat <&3 2>/dev/null & exec 1>&3 2>/dev/null',
  'cat',
  'kill -9 %%',
]
  .join('; ')
  // A command that ends with `&` needs no semicolon, and must not have one.
  .replace('&; ', '& ');

const PYTHON = `import os, select, socket, sys
host, port, token, limit = sys.argv[1], int(sys.argv[2]), sys.argv[3], float(sys.argv[4])
main = os.getpid()
guard = os.fork()
if guard == 0:
    byte = b"."
    while byte and ord(byte) - 10:
        byte = os.read(0, 1)
    if not byte and os.getppid() == main:
        os.kill(main, 9)
    os._exit(0)
try:
    peer = socket.create_connection((host, port), limit)
except Exception as why:
    os.kill(guard, 9)
    sys.exit(str(why))
peer.settimeout(None)
os.write(1, ("%c${ANSWER_WORD} %s open%c" % (10, token, 10)).encode())
os.waitpid(guard, 0)
try:
    while True:
        ready = select.select([0, peer], [], [])[0]
        if peer in ready:
            data = peer.recv(65536)
            if not data:
                break
            while data:
                data = data[os.write(1, data):]
        if 0 in ready:
            data = os.read(0, 65536)
            if not data:
                break
            peer.sendall(data)
except OSError:
    pass
`;

const PERL = [
  'use POSIX ();',
  'my ($host, $port, $token, $limit) = @ARGV;',
  'my $main = $$;',
  'my $guard = fork;',
  'if (not $guard) {',
  '  my $byte = ".";',
  '  while (ord($byte) - 10) { sysread(STDIN, $byte, 1) or do { kill 9, $main if getppid() == $main; last } }',
  '  POSIX::_exit(0);',
  '}',
  // IO::Socket::INET alone knows no IPv6; Perl has had the other since 5.20.
  'my $class = eval { require IO::Socket::IP; "IO::Socket::IP" } || do { require IO::Socket::INET; "IO::Socket::INET" };',
  'my $peer = $class->new(PeerAddr => $host, PeerPort => $port, Proto => "tcp", Timeout => $limit);',
  'if (not $peer) { my $why = $@; kill 9, $guard; die "$why$/" }',
  `syswrite(STDOUT, "$/${ANSWER_WORD} $token open$/");`,
  'waitpid($guard, 0);',
  'my $both = "";',
  'vec($both, 0, 1) = 1;',
  'vec($both, fileno($peer), 1) = 1;',
  'sub carry {',
  '  my ($from, $to) = @_;',
  '  sysread($from, my $data, 65536) or exit;',
  '  for (my $at = 0; $at < length $data;) { $at += syswrite($to, $data, 65536, $at) || exit }',
  '}',
  'while (1) {',
  '  my $ready = $both;',
  '  select($ready, undef, undef, undef);',
  '  carry($peer, *STDOUT) if vec($ready, fileno($peer), 1);',
  '  carry(*STDIN, $peer) if vec($ready, 0, 1);',
  '}',
]
  .map((line) => line.trim())
  .join(' ');

/** The one-line command for one program. It answers `none` where the node does not have it. The address is checked before. */
export function carrierCommand(program: CarrierProgram, address: NodeAddress, token: string, limitMs: number): string {
  const words = `${address.host} ${address.port} ${token} ${Math.ceil(limitMs / 1000)}`;
  // BASH_ENV names a file that bash would run first; LC_ALL makes the reasons of a failure readable.
  const start =
    `command -v ${program} >/dev/null 2>&1 || { printf "\\n${ANSWER_WORD} ${token} none\\n"; exit; }; ` +
    `LC_ALL=C; export LC_ALL; unset BASH_ENV; exec ${program} "$@"`;
  return `exec sh -c '${start}' sh ${programArguments(program)} ${words}`;
}

function programArguments(program: CarrierProgram): string {
  switch (program) {
    case 'bash':
      return `-c '${BASH}' bash`;
    case 'python3':
      // One line: exec() gets the line ends back. -I and -S: nothing of the user's environment is loaded.
      return `-I -S -c 'exec("""${PYTHON.replaceAll('\n', '\\n')}""")'`;
    case 'perl':
      return `-e '${PERL}' --`;
  }
}
