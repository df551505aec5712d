# The sockets of a played process: HTTP with prepared answers, or a mute socket that only writes down what it receives.
#
# Read by keeper.pl when its plan has ID.listen, lines of `ADDRESS PORT KIND FOLDER`. KIND http: the answer to PATH is the
# file FOLDER/hex(PATH), sent as it is (a whole response, or nothing: an empty file is never answered); without one, 404.
# A NUL before the answer is not sent and ends the connection behind it. Every request head is appended to
# FOLDER/requests, with a NUL behind it. KIND mute: bytes go to FOLDER/received.
use strict;
use IO::Select;
use IO::Socket::IP;

my (%kind, %folder, %buffer);

sub append { my ($file, $text) = @_; open(my $out, '>>', $file) or return; binmode $out; syswrite($out, $text); close $out }

sub open_listeners {
    my ($plan) = @_;
    my $select = IO::Select->new;
    for my $line (split /\n/, $plan) {
        my ($address, $port, $kind, $folder) = split / /, $line, 4;
        my $socket = IO::Socket::IP->new(LocalHost => $address, LocalPort => $port, Listen => 16, ReuseAddr => 1, V6Only => 1)
            or die "listen $address $port: $!";
        ($kind{$socket}, $folder{$socket}) = ("listen $kind", $folder);
        $select->add($socket);
    }
    return $select;
}

sub close_client { my ($select, $client) = @_; $select->remove($client); delete $buffer{$client}; close $client }

sub answer {
    my ($select, $client) = @_;
    while ($buffer{$client} =~ s/^(.*?\r\n\r\n)//s) {
        my $head = $1;
        append("$folder{$client}/requests", "$head\0");
        my ($path) = $head =~ m{^[A-Z]+ (\S+)};
        my $file = "$folder{$client}/" . unpack('H*', defined $path ? $path : '');
        my $response = "HTTP/1.1 404 Not Found\r\nContent-Length: 9\r\n\r\nNot Found";
        if (open(my $in, '<', $file)) { binmode $in; local $/; $response = <$in>; $response = '' unless defined $response }
        my $ends = $response =~ s/^\0//;
        my $sent = 0;
        while ($sent < length $response) {
            my $wrote = syswrite($client, $response, 65536, $sent);
            return close_client($select, $client) unless defined $wrote;
            $sent += $wrote;
        }
        return close_client($select, $client) if $ends || $response =~ /^connection: close\r$/mi;
    }
}

# Serves until the pipe from the tests ends.
sub serve_until_end {
    my ($life, $select) = @_;
    $SIG{PIPE} = 'IGNORE';
    $select->add($life);
    while (1) {
        for my $ready ($select->can_read) {
            if ($ready == $life) {
                my $read = sysread($life, my $nothing, 64);
                return if defined $read && $read == 0;
            } elsif (($kind{$ready} || '') =~ /^listen (.*)/) {
                my $client = $ready->accept or next;
                ($kind{$client}, $folder{$client}, $buffer{$client}) = ($1, $folder{$ready}, '');
                $select->add($client);
            } else {
                my $read = sysread($ready, my $bytes, 65536);
                if (!$read) { close_client($select, $ready); next }
                if ($kind{$ready} eq 'mute') { append("$folder{$ready}/received", $bytes); next }
                $buffer{$ready} .= $bytes;
                answer($select, $ready);
            }
        }
    }
}

1;
