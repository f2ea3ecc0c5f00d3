package ApiHost;

# The API host: some resources, with the answers of jsonapi-resources.

use strict;
use warnings;

use AuthHost qw(state_of);
use Credentials qw(%SANDBOX);
use Exporter qw(import);
use Http qw(no_route);
use JSON::PP;

our @EXPORT_OK = qw(api_answer);

my $json = JSON::PP->new->canonical->utf8;

# --- what jsonapi-resources says -----------------------------------------

sub jsonapi {
    my ($code, $document, @headers) = @_;

    return [ $code, [ 'Content-Type' => 'application/vnd.api+json', @headers ],
             $json->encode($document) ];
}

sub jsonapi_error {
    my ($status, $code, $title, $detail) = @_;

    return jsonapi($status, { errors => [ {
        status => "$status", code => "$code", title => $title,
        detail => $detail,
    } ] });
}

sub unauthorized {
    my ($error) = @_;
    my %text = (
        revoked => 'The access token was revoked',
        expired => 'The access token expired',
        invalid => 'The access token is invalid',
    );

    return jsonapi(401,
        { errors => [ { status => '401', title => 'Unauthorized' } ] },
        'WWW-Authenticate' => 'Bearer realm="Doorkeeper", '
            . "error=\"invalid_token\", error_description=\"$text{$error}\"");
}

# --- resources -----------------------------------------------------------

my $last_id = 1000;
my %rows = (
    clients => { 1 => { name => 'Initech', active => JSON::PP::true } },
    projects => { 7 => { 'project-name' => 'Migration' } },
);

sub resource {
    my ($type, $id) = @_;

    return { type => $type, id => "$id", attributes => $rows{$type}{$id},
             links => { self => "/$SANDBOX{account}/v1/$type/$id" } };
}

sub me {
    return jsonapi(200, { data => {
        id => '4029', type => 'mes', attributes => {
            name => 'Sandbox User', email => $SANDBOX{username},
            'account-id' => 1, 'account-slug' => $SANDBOX{account},
        },
    } });
}

sub guard {
    my ($r) = @_;
    my $auth = $r->{header}{authorization} // '';
    my ($name) = $auth =~ /\ABearer (\S+)\z/i;
    my $state = state_of($name);

    return unauthorized($state) if $state ne 'valid';

    my $accept = $r->{header}{accept} // '';
    return if grep { $_ eq 'application/vnd.api+json' }
        map { s/\A\s+|\s+\z//gr } split /,/, $accept;

    return jsonapi_error(406, 406, 'Not acceptable',
        "All requests must use the 'application/vnd.api+json' Accept without "
        . "media type parameters. This request specified '$accept'.");
}

# Which error of jsonapi-resources a document has, if any; one that is there
# already has an id.
sub bad_data {
    my ($data, $type, $id) = @_;
    my $missing = ref $data ne 'HASH' ? 'data'
        : !defined $data->{type} ? 'type' : '';

    return (106, 'Missing Parameter',
            "The required parameter, $missing, is missing.") if $missing;
    return (101, 'Invalid resource', "$data->{type} is not a valid resource.")
        if $data->{type} ne $type;
    return (105, 'Param not allowed', 'id is not allowed.')
        if !defined $id && exists $data->{id};
    return (109, 'A key is required',
            'The resource object does not contain a key.')
        if defined $id && !defined $data->{id};
    return (110, 'Key is not included in URL',
            "The URL does not support the key $data->{id}")
        if defined $id && $data->{id} ne $id;

    return;
}

sub bad_write {
    my ($r, $type, $id) = @_;
    my $media = $r->{header}{'content-type'} // '';

    return jsonapi_error(415, 415, 'Unsupported media type',
        'All requests that create or update must use the '
        . "'application/vnd.api+json' Content-Type. This request specified "
        . "'$media'.") if $media ne 'application/vnd.api+json';

    $r->{document} = eval { $json->decode($r->{body}) };
    return jsonapi_error(400, 400, 'Bad Request', 'unexpected token')
        if ref $r->{document} ne 'HASH';
    my @error = bad_data($r->{document}{data}, $type, $id);

    return @error ? jsonapi_error(400, @error) : undef;
}

sub create {
    my ($r, $type) = @_;
    my $error = bad_write($r, $type);
    return $error if $error;

    my $id = ++$last_id;
    $rows{$type}{$id} = $r->{document}{data}{attributes} || {};

    return jsonapi(201, { data => resource($type, $id) },
                   Location => "/$SANDBOX{account}/v1/$type/$id");
}

sub list {
    my ($r, $type) = @_;
    my @ids = sort keys %{ $rows{$type} };

    return jsonapi(200, {
        data => [ map { resource($type, $_) } @ids ],
        meta => { 'record-count' => scalar @ids, 'page-count' => 1 },
    });
}

sub update {
    my ($r, $type, $id) = @_;
    my $error = bad_write($r, $type, $id);
    return $error if $error;

    my $new = $r->{document}{data}{attributes} || {};
    @{ $rows{$type}{$id} }{ keys %$new } = values %$new;

    return jsonapi(200, { data => resource($type, $id) });
}

# what Rails has for a resource, without and with an id; HEAD is GET
my %collection = (GET => \&list, POST => \&create);
my %single = (
    GET => sub { return jsonapi(200, { data => resource(@_[1, 2]) }) },
    PATCH => \&update,
    PUT => \&update,
    DELETE => sub { delete $rows{ $_[1] }{ $_[2] }; return [ 204, [], '' ] },
);

sub api_answer {
    my ($r) = @_;
    my $method = $r->{method} eq 'HEAD' ? 'GET' : $r->{method};

    return $method eq 'GET' ? guard($r) || me() : no_route()
        if $r->{path} eq '/v1/me';

    my ($type, $id) = $r->{path}
        =~ m{\A/\Q$SANDBOX{account}\E/v1/([a-z-]+)(?:/(\w+))?\z};
    return no_route() unless $type && $rows{$type};
    my $run = (defined $id ? \%single : \%collection)->{$method}
        or return no_route();
    my $error = guard($r);
    return $error if $error;

    return jsonapi_error(404, 404, 'Record not found',
        "The record identified by $id could not be found.")
        if defined $id && !$rows{$type}{$id};

    return $run->($r, $type, $id);
}

1;
