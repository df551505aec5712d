#!@PERL@
# The stand-in nvidia-smi: prints what the state file holds, in NVIDIA's CSV format. One process: it starts nothing.
# Texts, exit codes and cells of a driver's generation come from the state (smi-state.ts); here is only the formatting.
use strict;
my $dir = '@STATE@';

my @call = @ARGV;
sub unescape { my $text = shift; $text =~ s/\\x([0-9A-F]{2})/chr hex $1/ge; return $text }
my (%state, @gpus, %rows);
# One read of one file: a state that is replaced meanwhile is not seen in part.
open(my $in, '<', "$dir/state") or die "no state in $dir: $!";
while (my $line = <$in>) {
    chomp $line;
    my ($key, @cells) = map { unescape($_) } split(/\t/, $line, -1);
    if ($key eq 'gpu') { my %gpu = @cells; push @gpus, \%gpu }
    elsif ($key eq 'row') { my %row = @cells; push @{ $rows{ $row{index} } }, \%row }
    else { $state{$key} = \@cells }
}
close $in;

# The owner is the process of the tests: a call that hangs must not outlive it, nor its node.
sub owner_lives { return kill(0, $state{owner}[0]) || $! + 0 == 1 }
my ($queried) = map { /^--query-(gpu|compute-apps)=/ ? ($1 eq 'gpu' ? 'devices' : 'usage') : () } @call;
my $hang = defined $queried ? $state{"hang-$queried"} : undef;
if ($hang) {
    # HUP too: a connection that closes does not end a call that is stuck in the driver.
    $SIG{$_} = 'IGNORE' for qw(TERM INT HUP PIPE);
    show_stuck() if $hang->[0] eq 'stuck';
}
# Only now: whoever waits for this line may kill the call or replace the state at once, and it hangs by then.
open(my $log, '>>', "$dir/calls") or die "no call log in $dir: $!";
syswrite($log, join("\t", $$, @call) . "\n");
close $log;
if ($hang) {
    select(undef, undef, undef, 0.5) while owner_lives() && -e "$dir/state";
    exit 1;
}

sub finish { my ($text, $code) = @_; binmode STDOUT; syswrite(STDOUT, $text) if length $text; exit $code }
# What the real one has and this one lacks must not look like an answer of a driver.
sub unsupported { print STDERR "the stand-in nvidia-smi does not know: $_[0]\n"; exit 96 }

my ($kind, @fields, $only);
my ($header, $units, $format) = (1, 1, 0);
while (defined(my $arg = shift @call)) {
    if ($arg =~ /^--query-(gpu|compute-apps)=(.*)$/s) {
        finish("Only one --query-* switch can be used at a time.\n", 2) if defined $kind;
        $kind = $1 eq 'gpu' ? 'devices' : 'usage';
        @fields = split(/,\s*/, $2);
    } elsif ($arg =~ /^--format=(.*)$/s) {
        my %format = map { $_ => 1 } split(/,/, $1);
        ($header, $units, $format) = (!$format{noheader}, !$format{nounits}, 1);
        unsupported($arg) unless $format{csv};
    } elsif ($arg eq '-i') { $only = shift @call }
    elsif ($arg =~ /^(?:-i|--id=)(.+)$/) { $only = $1 }
    else { unsupported($arg) }
}
unsupported('a call without --query-gpu or --query-compute-apps') unless defined $kind;

if (my $delay = $state{"delay-$kind"}) {
    my $left = $delay->[0] / 1000;
    while ($left > 0 && owner_lives()) { select(undef, undef, undef, $left < 0.5 ? $left : 0.5); $left -= 0.5 }
}
finish($state{answer}[1], $state{answer}[0]) if $state{answer};
finish("\"--format=\" switch is missing. Please run 'nvidia-smi -h' for help.\n", 2) unless $format;

my %valid = @{ $state{"fields-$kind"} };
for my $field (@fields) {
    finish("Field \"$field\" is not a valid field to query.\n\n", 2) unless exists $valid{$field};
}
@fields = map { $valid{$_} } @fields;

my $bad = grep { $_->{handle} ne '' } @gpus;
my @asked = @gpus;
if (defined $only) {
    @asked = ();
    for my $want (split /,/, $only) {
        if ($want =~ /^\d+$/) { push @asked, $gpus[$want] if $want < @gpus; next }
        # By bus or UUID the driver walks over all handles, so a bad one ends the call as well.
        @asked = @gpus, last if $bad;
        push @asked, grep { lc $_->{uuid} eq lc $want || same_bus($_->{'pci.bus_id'}, $want) } @gpus;
    }
    finish("No devices were found\n", 6) unless @asked;
}
for my $gpu (@asked) {
    finish($gpu->{text}, $gpu->{handle}) if $gpu->{handle} ne '' && $gpu->{handle} ne 'skip';
}
@asked = grep { $_->{handle} eq '' } @asked;

my $out = '';
$out .= join(', ', map { $units ? $_ . unit($_) : $_ } @fields) . "\n" if $header;
for my $gpu (@asked) {
    if ($kind eq 'devices') { $out .= device($gpu) }
    else { $out .= usage($gpu) }
}
finish($out, 0);

sub unit {
    my $field = shift;
    return ' [MiB]' if $field =~ /memory/ && $field ne 'utilization.memory';
    return $field =~ /^utilization/ ? ' [%]' : '';
}

# A number takes its unit, a bracketed cell does not.
sub cell {
    my ($field, $value) = @_;
    my $unit = unit($field);
    return $value unless $unit ne '' && $units && $value =~ /^-?\d+$/;
    return $value . ($unit eq ' [%]' ? ' %' : ' MiB');
}

sub device {
    my $gpu = shift;
    return join(', ', ('[GPU is lost]') x @fields) . "\n" if $gpu->{lost};
    my $moves = grep { $_ eq 'memory.used' || $_ eq 'memory.free' } @fields;
    my $step = $moves ? advance("devices-$gpu->{index}") : 0;
    return join(', ', map { cell($_, $_ eq 'timestamp' ? timestamp() : at($gpu->{$_}, $step)) } @fields) . "\n";
}

sub usage {
    my $gpu = shift;
    return join(', ', ('[GPU is lost]') x @fields) . "\n" if $gpu->{lost};
    my %shared = (
        gpu_name => $gpu->{name}, gpu_bus_id => $gpu->{'pci.bus_id'}, gpu_uuid => $gpu->{uuid},
        gpu_serial => $gpu->{serial},
    );
    my $text = '';
    my $step = advance("usage-$gpu->{index}");
    my @list = $gpu->{refused} ne '' ? { pid => $gpu->{refused}, name => $gpu->{refused}, used => $gpu->{refused} }
        : @{ $rows{ $gpu->{index} } || [] };
    @list = map { ($_, $_) } @list if $state{repeat};
    for my $row (@list) {
        # The comma is the only character that the driver's tool replaces.
        (my $name = $row->{name}) =~ tr/,/?/;
        my %cells = (
            %shared, pid => $row->{pid}, process_name => $name, used_gpu_memory => at($row->{used}, $step),
        );
        $text .= join(', ', map { cell($_, $_ eq 'timestamp' ? timestamp() : $cells{$_}) } @fields) . "\n";
    }
    return $text;
}

sub at { my ($steps, $step) = @_; my @all = split /;/, $steps; return $all[$step < @all ? $step : -1] }

# A counter that several calls may raise at once: the length of a file that is only appended to.
sub advance {
    my $name = shift;
    open(my $count, '>>', "$dir/step-$state{generation}[0]-$name") or die "no counter in $dir: $!";
    syswrite($count, '.');
    return (-s $count) - 1;
}

sub same_bus {
    my ($left, $right) = @_;
    my @pair = map { [ map { hex } /^(?:([0-9a-f]+):)?([0-9a-f]+):([0-9a-f]+)(?:\.0)?$/i ] } $left, $right;
    return "@{$pair[0]}" eq "@{$pair[1]}";
}

sub timestamp {
    require Time::HiRes;
    my $now = Time::HiRes::time();
    my ($second, $minute, $hour, $day, $month, $year) = localtime $now;
    return sprintf('%04d/%02d/%02d %02d:%02d:%02d.%03d',
        $year + 1900, $month + 1, $day, $hour, $minute, $second, ($now - int $now) * 1000);
}

# The kernel cannot be asked to hold this process in D, so it writes itself as such into the tree that the probe reads.
# The entry stays when it is killed: that is what "cannot be killed" looks like from outside.
sub show_stuck {
    my $root = $ENV{RESIDUUM_PROC_ROOT};
    die "a stuck call needs RESIDUUM_PROC_ROOT\n" unless defined $root;
    my $stat = slurp("/proc/$$/stat");
    $stat =~ s/\) \S \d+ /) D 1 /;
    my $status = slurp("/proc/$$/status");
    $status =~ s/^State:.*$/State:\tD (disk sleep)/m;
    $status =~ s/^PPid:.*$/PPid:\t1/m;
    my $entry = "$root/.stuck-$$";
    mkdir $entry or die "$entry: $!\n";
    my %files = (
        stat => $stat, status => $status, comm => "nvidia-smi\n", wchan => 'nv_lock_api',
        cmdline => slurp("/proc/$$/cmdline"), cgroup => "0::/user.slice\n",
    );
    for my $name (keys %files) {
        open(my $file, '>', "$entry/$name") or die "$entry/$name: $!\n";
        print $file $files{$name};
        close $file;
    }
    rename($entry, "$root/$$") or die "$root/$$: $!\n";
}

sub slurp { open(my $file, '<', $_[0]) or die "$_[0]: $!\n"; local $/; return scalar <$file> }
