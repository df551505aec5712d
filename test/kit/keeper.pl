# One process of a played scenario: looks like the engine's process in /proc, and waits until the tests end.
#
# With ID.listen it has sockets: see listener.pl, the file l of the plan.
#
# Started as `perl k ID_____`, in the folder of the plan, where the padding makes the argument area as long as the command
# line that it shall show. Plan files: ID.cmdline (its bytes), ID.comm, ID.kids (ids that it starts, `ID zombie` for one
# that ends unreaped), ID.env and ID.uid of its own start. The id 0 is the nursery: it starts the roots, and looks after those whose parent died.
# File descriptor 3 is a pipe from the tests: its end is ours.
use strict;
my ($id) = $ARGV[0] =~ /^(\d+)/;
my $zombie = $ARGV[0] =~ /^\d+z/;
my $perl = $^X;
my $select;
# Kept open over exec, for the processes below.
$^F = 3;
open(my $life, '<&=', 3) or die "no pipe from the tests: $!";

sub slurp { open(my $file, '<', $_[0]) or return undef; binmode $file; local $/; my $all = <$file>; return defined $all ? $all : '' }
sub report { syswrite(STDOUT, "$_[0]\n") }

sub become {
    my ($kid, $mark) = @_;
    my $uid = slurp("$kid.uid");
    my %env = map { /^([^=]*)=(.*)$/s } split /\0/, slurp("$kid.env");
    %ENV = %env;
    if (length $uid) { $) = "$uid $uid"; $( = $uid; $< = $> = $uid }
    # argv: '' + 'k' + the id and its padding, each with a NUL: four bytes besides the last.
    my $argument = $kid . $mark;
    my $length = length(slurp("$kid.cmdline")) - 4;
    $argument .= '_' x ($length - length $argument) if $length > length $argument;
    exec { $perl } '', 'k', $argument or die "exec: $!";
}

sub start {
    my ($line) = @_;
    my ($kid, $how) = split / /, $line;
    my $pid = fork;
    die "fork: $!" unless defined $pid;
    become($kid, defined $how && $how eq 'zombie' ? 'z' : '') if $pid == 0;
    return $pid;
}

my @kids = split /\n/, slurp("$id.kids");
if ($id == 0) {
    # Away from the tests: whoever walks up from a played process shall not meet a test runner and its command line.
    exit 0 if fork;
    report("nursery $$");
    # PR_SET_CHILD_SUBREAPER: orphans come to us and are reaped at once, whatever pid 1 of this machine does. Where the
    # number of prctl is not known they go to pid 1.
    require POSIX;
    my %prctl = (x86_64 => 157, aarch64 => 167);
    my $number = $prctl{ (POSIX::uname())[4] };
    syscall($number, 36, 1, 0, 0, 0) if defined $number;
    for my $line (@kids) {
        # In between stands a process that ends at once, so that the root is nobody's own child.
        my ($kid, $how) = split / /, $line;
        my $between = fork;
        die "fork: $!" unless defined $between;
        if ($between == 0) {
            if (defined $how && $how eq 'gone') { report("$kid $$"); exit 0 }
            start($line);
            exit 0;
        }
        waitpid $between, 0;
    }
    $SIG{CHLD} = 'IGNORE';
    report('done');
} else {
    my @stat = split / /, (slurp('/proc/self/stat') =~ /^.*\) (.*)$/s)[0];
    # Fields 48 and 49 of stat; the list begins with field 3.
    my ($from, $to) = @stat[45, 46];
    my $shown = slurp("$id.cmdline");
    $shown .= "\0" x ($to - $from - length $shown) if length $shown < $to - $from;
    open(my $memory, '+<', '/proc/self/mem') or die "mem: $!";
    sysseek($memory, $from, 0);
    syswrite($memory, $shown, $to - $from) == $to - $from or die "mem: $!";
    close $memory;
    open(my $comm, '>', '/proc/self/comm') or die "comm: $!";
    syswrite($comm, slurp("$id.comm"));
    close $comm;
    $SIG{CHLD} = 'IGNORE' unless grep { / zombie$/ } @kids;
    start($_) for @kids;
    if (defined(my $sockets = slurp("$id.listen"))) { require './l'; $select = open_listeners($sockets) }
    report("$id $$");
    exit 0 if $zombie;
}
open(STDOUT, '>', '/dev/null');
open(STDERR, '>', '/dev/null');
chdir '/';
if (defined $select) { serve_until_end($life, $select); exit 0 }
my $nothing;
while (1) {
    my $read = sysread($life, $nothing, 64);
    last if defined $read ? $read == 0 : !$!{EINTR};
}
exit 0;
