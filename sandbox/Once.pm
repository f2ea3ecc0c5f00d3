package Once;

# The broken calls of ScopeStack's API Auth Troubleshooting page, each sent
# three times: by plain curl to the service, by sscurl, and by plain curl
# through the gateway.

use strict;
use warnings;

use Credentials ();
use JSON::PP;
use POSIX ();

our %SANDBOX = %Credentials::SANDBOX;

my $form = 'Content-Type: application/x-www-form-urlencoded';

# What reading a credential off an e-mail does to it.
my %mix_up = (
    'l for I' => sub { $_[0] =~ tr/I/l/r },
    '0 for O' => sub { $_[0] =~ tr/O/0/r },
    '1 for l' => sub { $_[0] =~ tr/l/1/r },
);

sub mistyped {
    my ($name, $how) = @_;

    return { page => "$name from an e-mail ($how)",
             path => '/oauth/token', host => 'auth',
             args => [ token($name => $mix_up{$how}->($SANDBOX{$name})) ],
             before => '401 invalid_client', after => '200',
             rules => [ 'credential-confusable' ] };
}

sub token {
    my (%change) = @_;
    my %p = (
        grant_type => 'password',
        (map { $_ => $SANDBOX{$_} }
            qw(client_id client_secret username password)),
        %change,
    );

    return map { ('--data-urlencode', "$_=$p{$_}") }
           grep { defined $p{$_} } sort keys %p;
}

sub token_json {
    my %p = (grant_type => 'password',
             map { $_ => $SANDBOX{$_} }
                 qw(client_id client_secret username password));

    return ('-H', 'Content-Type: application/json', '-d',
            JSON::PP->new->canonical->encode(\%p));
}

my $accept = 'Accept: application/vnd.api+json';

# page: the page's words, or nearly. before: status and error of the service; after: the
# status by us, and the rules that must be named.
my @calls = (
    mistyped('client_id', 'l for I'),
    mistyped('client_id', '0 for O'),
    mistyped('client_secret', '1 for l'),
    { page => "Postman's Password Credentials helper (redirect_uri)",
      path => '/oauth/token', host => 'auth',
      args => [ token(redirect_uri =>
                      'https://oauth.pstmn.io/v1/callback') ],
      before => '400 invalid_grant', after => '200',
      rules => [ 'token-redirect-uri' ] },
    { page => 'not "No Auth": Basic credentials in the header',
      path => '/oauth/token', host => 'auth',
      args => [ token(client_id => undef, client_secret => undef),
                '-u', "$SANDBOX{client_id}:$SANDBOX{client_secret}",
                '-d', 'redirect_uri=x' ],
      before => '400 invalid_grant', after => '200',
      rules => [ 'token-authorization-header', 'token-redirect-uri' ] },
    { page => 'not "No Auth": an old token in the header',
      path => '/oauth/token', host => 'auth',
      args => [ token(), '-H', 'Authorization: Bearer old-token' ],
      before => '401 invalid_client', after => '200',
      rules => [ 'token-authorization-header' ] },
    { page => 'body not x-www-form-urlencoded (JSON)',
      path => '/oauth/token', host => 'auth',
      args => [ token_json() ],
      before => '415', after => '200',
      rules => [ 'token-body-encoding' ] },
    { page => 'client_secret left out',
      path => '/oauth/token', host => 'auth',
      args => [ token(client_secret => undef) ],
      before => '401 invalid_client', after => '401 invalid_client',
      rules => [ 'token-parameter-missing' ] },
    { page => 'token asked of the API host',
      path => '/oauth/token', host => 'api',
      args => [ token() ],
      before => '404', after => '200',
      rules => [ 'host-mismatch' ], gateway_rules => [] },
    { page => 'missing Accept header',
      path => '/v1/me', host => 'api', auth => 1,
      args => [ '-H', 'Accept:' ],
      before => '406 406', after => '200',
      rules => [ 'accept-not-jsonapi' ] },
    { page => 'account slug missing ("Resource not found")',
      path => '/v1/clients', host => 'api', auth => 1,
      args => [ '-H', $accept ],
      before => '404', after => '200',
      rules => [ 'account-slug-missing' ] },
    { page => 'the whole token answer pasted as the token',
      path => '/acme/v1/clients', host => 'api', auth => 'json',
      args => [ '-H', $accept ],
      before => '401 Unauthorized', after => '200',
      rules => [ 'authorization-malformed' ] },
    { page => 'a correct call',
      path => '/acme/v1/clients', host => 'api', auth => 1,
      args => [ '-H', $accept ],
      before => '200', after => '200', rules => [] },
);

# --- sending -------------------------------------------------------------

sub slurp {
    my ($file) = @_;

    open my $fh, '<', $file or return '';
    local $/;

    return scalar(<$fh>) // '';
}

sub error_of {
    my ($body) = @_;
    my $data = eval { JSON::PP->new->decode($body) };

    return '' unless ref $data eq 'HASH';
    return $data->{error} if $data->{error};
    return '' unless ref $data->{errors} eq 'ARRAY';

    return $data->{errors}[0]{code} // $data->{errors}[0]{title} // '';
}

# Runs a curl; gives "status error", what it said on stderr, and the rules.
sub send_call {
    my ($c, $program, $url, $call, @more) = @_;
    my %file = map { $_ => "$c->{dir}/once.$_" } qw(out head err);
    my @auth = !$call->{auth} ? ()
        : ('-H', 'Authorization: Bearer '
            . ($call->{auth} eq 'json'
               ? "{\"access_token\":\"$c->{token}\",\"token_type\":\"Bearer\"}"
               : $c->{token}));

    unlink values %file;
    my $pid = fork // die "fork: $!\n";
    if ($pid == 0) {
        open STDIN, '<', '/dev/null';
        open STDERR, '>', $file{err};
        open STDOUT, '>', '/dev/null';
        exec(@$program, '-q', '-sS', '--max-time', 20, '-D', $file{head},
             '-o', $file{out}, @auth, @{ $call->{args} }, @more, $url)
            or POSIX::_exit(127);
    }
    waitpid $pid, 0;

    my $head = slurp($file{head});
    my ($status) = $head =~ m{.*^HTTP/\S+ (\d+)}ms;
    my $error = error_of(slurp($file{out}));
    my ($header) = $head =~ /^ScopeStack-Gateway: (.*?)\r?$/mi;

    return {
        result => join(' ', grep { length } $status // 'none', $error),
        err    => slurp($file{err}),
        header => $header // '',
    };
}

sub get_token {
    my ($c) = @_;
    my $sent = send_call($c, ['curl'], "$c->{auth}/oauth/token",
                         { args => [ token() ] });
    my $data = eval { JSON::PP->new->decode(slurp("$c->{dir}/once.out")) };

    return $data->{access_token}
        // die "the sandbox gives no token: $sent->{result}\n";
}

# --- comparing -----------------------------------------------------------

sub names_all {
    my ($text, $rules) = @_;

    return 0 if !@$rules && length $text;

    return !grep { $text !~ /(?<![\w-])\Q$_\E(?![\w-])/ } @$rules;
}

sub try_call {
    my ($c, $call) = @_;
    my $url = $c->{ $call->{host} } . $call->{path};
    my $plain = send_call($c, ['curl'], $url, $call);
    my $ours = send_call($c, [ $c->{sscurl}, '--ss-config', $c->{rules} ],
                         $url, $call);
    my $gateway = send_call($c, ['curl'], $c->{gateway} . $call->{path},
                            $call);
    my @wrong;

    push @wrong, 'curl' if $plain->{result} ne $call->{before};
    push @wrong, 'sscurl' if $ours->{result} ne $call->{after}
        || !names_all($ours->{err}, $call->{rules});
    push @wrong, 'gateway' if $gateway->{result} ne $call->{after}
        || !names_all($gateway->{header},
                      $call->{gateway_rules} || $call->{rules});

    return { call => $call, plain => $plain, ours => $ours,
             gateway => $gateway, wrong => \@wrong };
}

my $row = "%-53s %-20s %-20s %-20s %s\n";

sub show {
    my ($t) = @_;

    printf $row, $t->{call}{page}, map({ $_->{result} } @$t{qw(plain ours gateway)}),
        @{ $t->{wrong} } ? 'NOT AS DOCUMENTED: ' . join(', ', @{ $t->{wrong} })
                         : 'as documented';
    print map { "    $_\n" } grep { /^sscurl: \S/ && !/to do:/ }
        split /\n/, $t->{ours}{err};
    print "    gateway: ScopeStack-Gateway: $t->{gateway}{header}\n"
        if $t->{gateway}{header};
}

sub run {
    my (%c) = @_;
    my ($count, $wrong) = (0, 0);

    delete $ENV{SCOPESTACK_CONFIG};
    delete $ENV{http_proxy};
    $ENV{no_proxy} = '*';
    $c{token} = get_token(\%c);

    printf $row, 'what the page describes', 'curl', 'sscurl',
        'curl + gateway', '';
    for my $call (@calls) {
        my $t = try_call(\%c, $call);

        show($t);
        $count++;
        $wrong++ if @{ $t->{wrong} };
    }

    print "\n(credential-confusable is set to repair here; its default is",
        " report)\n";
    print "\n", $wrong ? "$wrong of $count calls not as documented\n"
                       : "all $count calls as documented\n";

    return !$wrong;
}

1;
