package Oauth;

# What the tests against a real OAuth server share: Doorkeeper, the gateway in
# front of it, and three ways to send the same call: `bare`, with curl straight
# to it, `gateway`, with curl through nginx, and `sscurl`.

use strict;
use warnings;

use Credentials qw(%SANDBOX);
use Exporter ();
use JSON::PP;
use SSTest;
use SSTest::Doorkeeper;
use SSTest::Nginx;
use Sscurl;

our @ISA = qw(Exporter);
our @EXPORT = qw(
    doorkeeper gateway ask ask_at form user_form client_form code_form refresh_form
    new_code new_tokens bearer json_of error_of settled_body basic
    %SANDBOX $VERIFIER $ACCEPT
);

our $VERIFIER = 'sandbox-verifier-0123456789-0123456789-012345';
our $ACCEPT = 'Accept: application/vnd.api+json';

my ($doorkeeper, $gateway);

sub doorkeeper {
    return $doorkeeper ||= SSTest::Doorkeeper->new(client => \%SANDBOX);
}

sub gateway {
    return $gateway ||= SSTest::Nginx->new(server => <<"END");
        merge_slashes off;
        scopestack enforce;
        scopestack_rules_file @{[ rules() ]};
        location / {
            proxy_pass http://127.0.0.1:@{[ doorkeeper()->port ]};
            proxy_set_header Host \$http_host;
            add_header X-Causes \$scopestack_causes always;
        }
END
}

# --- sending ---------------------------------------------------------------

# Sends a call one way: {status, type, challenge, body, told, causes}. `told` is
# what was said of it: the verdict, then the rules; `causes` what explains the
# answer, the likeliest first.
sub ask {
    my ($way, $path, @args) = @_;
    my $url = ($path =~ m{^/(?:oauth|test)/} ? auth() : api()) . $path;
    my @call = ('-sS', '-i', @args, $url,
                to($way eq 'gateway' ? gateway() : doorkeeper()));
    my $run = $way eq 'sscurl' ? sscurl([ '--ss-format', 'json', @call ])
                               : curl(\@call);
    my $answer = _answer($run);

    @$answer{qw(told causes)} = $way eq 'sscurl' ? _told_by_sscurl($run)
                                : _told_by_gateway($answer->{head});

    return $answer;
}

# The same without a word of ours, to a URL of another server.
sub ask_at {
    my ($url, @args) = @_;

    return _answer(curl([ '-sS', '-i', @args, $url ]));
}

sub _answer {
    my ($run) = @_;
    my ($head, $body) = split /\r\n\r\n/, $run->{out}, 2;
    my %answer = (body => $body // '', head => $head // '');

    ($answer{status}) = $answer{head} =~ m{^HTTP/\S+ (\d+)};
    ($answer{type}) = $answer{head} =~ /^Content-Type: (.*?)\r?$/mi;
    ($answer{challenge}) = $answer{head} =~ /^WWW-Authenticate: (.*?)\r?$/mi;

    return \%answer;
}

# X-Causes is of the gateway's configuration and has all of them, the module's
# own header the likeliest.
sub _told_by_gateway {
    my ($head) = @_;
    my ($verdict, $rules) =
        $head =~ /^ScopeStack-Gateway: (\S+); rules="([^"]*)"/mi;
    my ($first) = $head =~ /^ScopeStack-Explain: (\S+);/mi;
    my ($causes) = $head =~ /^X-Causes: (.*?)\r?$/mi;
    my @causes = split /,/, $causes // '';

    unshift @causes, "$first in the header:"
        if ($first // '') ne ($causes[0] // '');

    return (defined $rules ? join ' ', $verdict, sort split / /, $rules : '',
            "@causes");
}

sub _told_by_sscurl {
    my ($run) = @_;
    my @causes = map { $_->{cause} }
                 map { @{ $_->{causes} || [] } } objects($run);
    my (%rules, $repaired);

    for (@{ outcomes($run) }) {
        my ($rule, $outcome) = split / /;

        $rules{$rule} = 1;
        $repaired ||= $outcome eq 'repaired';
    }

    return (%rules ? join ' ', $repaired ? 'repaired' : 'reported',
                          sort keys %rules : '',
            "@causes");
}

# --- what is sent ----------------------------------------------------------

# curl's words for a form; a name with an undefined value is left out.
sub form {
    my (%p) = @_;

    return map { ('--data-urlencode', "$_=$p{$_}") }
           grep { defined $p{$_} } sort keys %p;
}

sub _client { return map { $_ => $SANDBOX{$_} } qw(client_id client_secret) }

sub client_form {
    return (grant_type => 'client_credentials', _client(), @_);
}

sub user_form {
    return (grant_type => 'password', _client(),
            map({ $_ => $SANDBOX{$_} } qw(username password)), @_);
}

sub code_form {
    my ($code, @more) = @_;

    return (grant_type => 'authorization_code', _client(), code => $code,
            redirect_uri => $SANDBOX{redirect_uri}, @more);
}

sub refresh_form {
    my ($token, @more) = @_;

    return (grant_type => 'refresh_token', _client(),
            refresh_token => $token, @more);
}

sub basic { return ('-u', "$_[0]:$_[1]") }

# A fresh authorization code; challenge, expired.
sub new_code {
    my (%p) = @_;

    return ask('bare', '/test/code', form(fresh => 1, %p))->{body};
}

sub new_tokens { return json_of(ask('bare', '/oauth/token', form(user_form()))) }

sub bearer { return ('-H', "Authorization: Bearer $_[0]") }

# --- what is answered ------------------------------------------------------

sub json_of {
    my ($answer) = @_;
    my $data = eval { JSON::PP->new->utf8->decode($answer->{body}) };

    return ref $data eq 'HASH' ? $data : {};
}

# "400 invalid_grant"
sub error_of {
    my ($answer) = @_;
    my $data = json_of($answer);
    my $error = $data->{error} // ($data->{errors} || [ {} ])->[0]{title};

    return join ' ', grep { defined } $answer->{status}, $error;
}

# A body without what is another one in each answer.
sub settled_body {
    my ($answer) = @_;
    my $data = json_of($answer);

    return $answer->{body} unless %$data;
    for my $name (qw(access_token refresh_token created_at iat exp)) {
        $data->{$name} = 'some' if exists $data->{$name};
    }

    return JSON::PP->new->canonical->encode($data);
}

1;
