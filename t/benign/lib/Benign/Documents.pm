package Benign::Documents;

# What is written: types with the attributes and relationships that clients
# send, and the documents made of them.

use strict;
use warnings;
use utf8;

use Exporter qw(import);
use JSON::PP ();

our @EXPORT_OK = qw(documents);

my ($true, $false) = (JSON::PP::true, JSON::PP::false);

my @variables = (
    { name => 'site_count', value => '4', variable_type => 'number',
      select_options => [ { key => 'a_b', value => 'A, B' } ] },
    { name => 'Größe', value => undef },
);
my %languages = (
    sow_language => '<p>Install &amp; test</p>', out => "line\nline\ttab",
    implementation_language => 'null', design_language => '',
    planning_language => 'undefined', internal_only => '{{not_a_template}}',
    service_level_agreement => '99.9 %', customer => 'string', operate => "\\",
    assumptions => '日本語', deliverables => '"quoted"',
);

# type => [ attributes, relationships (name => type, or a list's [type]) ]
my %types = (
    clients => [
        { name => 'Acme, Inc.', active => $true, domain => 'acme.example',
          'msa-date' => '2024-01-31', 'user-defined-fields' => [
              { name => 'crm_id', variable_type => 'text', value => 'X_1' } ] },
        { account => 'accounts' } ],
    projects => [
        { 'project-name' => 'Rollout: Größe 2_0', 'msa-date' => undef,
          'executive-summary' => 'word ' x 400, 'tag-list' => [ 'a_b', 'c d' ],
          'project-variables' => \@variables, 'mrr-terms' => 12,
          'field-labels' => { executive_summary => 'Summary' } },
        { client => 'clients', account => 'accounts',
          'rate-table' => 'rate-tables', 'payment-term' => 'payment-terms',
          'sales-executive' => 'sales-executives',
          'presales-engineer' => 'presales-engineers' } ],
    'project-services' => [
        { name => 'Design', quantity => 2, 'override-hours' => 7.5,
          'task-source' => 'custom', 'service-type' => 'professional_services',
          'payment-frequency' => 'one_time', position => 1,
          'custom-hours?' => $true, 'custom-hardware-price?' => $false,
          'service-description' => 'a_b', languages => \%languages },
        { project => 'projects' } ],
    'project-subservices' => [
        { name => 'Cabling', quantity => 10, 'override-hours' => '1.25',
          'service-description' => '', 'task-source' => 'service',
          languages => { out => 'none' } },
        { 'project-service' => 'project-services' } ],
    'project-contacts' => [
        { name => "Seán O'Neill", title => 'CTO', email => 'so@acme.example',
          phone => '+1 (555) 010-9999', active => $true,
          'contact-type' => 'primary_customer_contact',
          'project-variables' => \@variables },
        { project => 'projects' } ],
    'project-locations' => [
        { name => 'HQ', street => '1 Main St.', street2 => undef,
          city => 'São Paulo', state => 'SP', 'postal-code' => '01310-100',
          country => 'BR', remote => $false, 'project-variables' => [] },
        { project => 'projects' } ],
    'project-documents' => [
        { 'template-id' => '17', 'document-type' => 'sow',
          'force-regeneration' => $true, 'generate-pdf' => $false },
        { project => 'projects' } ],
    'crm-opportunities' => [
        { 'opportunity-id' => '0065g00000XyZ1lIAAW', name => 'Big_Deal',
          'display-name' => 'Big Deal', amount => '125000.00',
          stage => 'Closed Won', 'is-closed' => $true, 'owner-id' => '0055g',
          'owner-name' => 'Ann', 'account-id' => '0015g',
          'account-name' => 'Acme', 'location-name' => 'HQ', city => 'Oslo',
          'postal-code' => '0150', country => 'NO', state => undef,
          'custom-attributes' => [ { key => 'custom_field', val => 'a_b' } ] },
        { account => 'accounts', projects => ['projects'] } ],
    'sales-executives' => [
        { name => 'Ann Li', email => 'ann@acme.example', title => 'AE',
          phone => '555-0100' }, { account => 'accounts' } ],
    vendors => [
        { name => 'Cisco', active => $true, 'street-address' => '170 W Tasman',
          street2 => '', city => 'San José', state => 'CA',
          'postal-code' => '95134', country => 'US' },
        { account => 'accounts' } ],
    products => [
        { name => 'Switch', active => $true, description => 'null',
          sku => 'SKU_1', 'product-id' => 'P-1', category => 'Hardware',
          'manufacturer-part-number' => 'WS_C2960', subcategory => 'LAN',
          'unit-of-measure' => 'each', 'billing-frequency' => 'one_time',
          'unit-price' => '1234.50', 'unit-cost' => 1000, 'list-price' => 1e3,
          markup => 0.25, 'vendor-discount' => -1,
          'project-variables' => \@variables },
        { account => 'accounts' } ],
    'document-templates' => [
        { name => 'SOW v2', format => 'tag_template', active => $true,
          'filename-format' => [ 'project_name', 'date' ],
          'merge-template-filename' => 'sow_v2.docx',
          'template-format' => 'v2', 'include-formatting' => $true,
          teams => [] }, { account => 'accounts' } ],
    surveys => [
        { name => 'Discovery',
          responses => [ { 'question-id' => 3, question => 'How many?',
                           answer => '12' } ] },
        { account => 'accounts', questionnaire => 'questionnaires',
          project => 'projects' } ],
    services => [
        { name => 'Assess', description => 'string', 'base-hours' => 8,
          'service-type' => 'managed_services', 'tag-list' => ['x_y'],
          active => $true, published => $false }, {} ],
    questionnaires => [
        { name => 'Basics', description => undef, 'tag-list' => [],
          questions => [ { id => 1, question_text => 'Q?' } ],
          active => $true, published => $true }, {} ],
);

my $next_id = 100;

sub linkage {
    my ($type) = @_;

    return { data => { type => $type, id => '' . $next_id++ } } if !ref $type;
    return { data => [ map { { type => $type->[0], id => '' . $next_id++ } }
                       1 .. 3 ] };
}

sub cleared {
    my ($type) = @_;

    return { data => ref $type ? [] : undef };
}

sub created {
    my ($type, $attributes, $links) = @_;
    my %data = (type => $type, attributes => $attributes);

    $data{relationships} = {
        map { $_ => linkage($links->{$_}) } sort keys %$links
    } if %$links;

    return { method => 'POST', path => $type, what => 'create',
             document => { data => \%data } };
}

sub changed {
    my ($type, $what, %members) = @_;
    my $id = '' . $next_id++;

    return { method => 'PATCH', path => "$type/$id", what => $what,
             document => { data => { type => $type, id => $id, %members } } };
}

sub of_type {
    my ($type) = @_;
    my ($attributes, $links) = @{ $types{$type} };
    my @all = (
        created($type, $attributes, $links), created($type, $attributes, {}),
        created($type, {}, $links), changed($type, 'touch'),
        changed($type, 'change', attributes => $attributes),
    );

    # each name by itself, so that a wrong opinion about one shows
    for my $name (sort keys %$attributes) {
        push @all, changed($type, "change-$name", attributes => {
            $name => $attributes->{$name} });
        push @all, changed($type, "clear-$name", attributes => {
            $name => undef });
    }
    for my $name (sort keys %$links) {
        push @all,
            changed($type, "link-$name", relationships => {
                $name => linkage($links->{$name}) }),
            changed($type, "unlink-$name", relationships => {
                $name => cleared($links->{$name}) });
    }

    return @all;
}

# Relationships have documents of their own: data is a linkage, a list of them
# or null.
sub of_relationships {
    my @to_one = map { { method => 'PATCH', what => 'relationship',
                         path => 'projects/7/relationships/client',
                         document => $_ } } linkage('clients'), cleared('x');
    my @to_many = map { { method => $_, what => 'relationships',
        path => 'crm-opportunities/3/relationships/projects',
        document => linkage(['projects']) } } qw(POST PATCH DELETE);

    return (@to_one, @to_many);
}

# All documents: { method, path, what, document }.
sub documents {
    return ((map { of_type($_) } sort keys %types), of_relationships());
}

1;
