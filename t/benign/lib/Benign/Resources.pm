package Benign::Resources;

# What can be read: resources with their filters, relationships and sort
# fields, and values that people really filter by.

use strict;
use warnings;
use utf8;

use Exporter qw(import);

our @EXPORT_OK = qw(@RESOURCES %VALUES @RELATED @PAGES @PATHS);

# name, filters, includes, attributes (for sort and fields)
our @RESOURCES = (
    [ 'clients', [qw(name domain active id)], [qw(contacts account)],
      [qw(name domain msa-date active user-defined-fields)] ],
    [ 'projects',
      [qw(project-name status creator_id team_id collaborator_id client_id
          client_name presales_engineer_id presales_engineer_name
          sales_executive_id sales_executive_name created_after created_before
          updated_after updated_before updated-at.after tags active service_id
          rate_table_id search)],
      [qw(account business-unit client creator sales-executive
          presales-engineer document-template external-request psa-project
          payment-term rate-table crm-opportunity approval-steps
          customer-successes notes project-attachments project-collaborators
          project-contacts project-conditions project-credits
          project-documents project-expenses project-governances
          project-locations project-products project-phases
          project-resources resource-plans project-services
          partner-requests project-versions resource-rates quotes audit-logs
          pricing-adjustments)],
      [qw(project-name executive-summary status submitted-at approved-at
          msa-date created-at updated-at tag-list client-name
          presales-engineer-name payment-info mrr-terms)] ],
    [ 'project-services', [qw(project active service-type)],
      [qw(project-location lob project-phase project-subservices)],
      [qw(name quantity override-hours position custom-hours? sku
          service-type)] ],
    [ 'project-subservices', [qw(active project-service)],
      [qw(project-service)], [qw(name quantity override-hours)] ],
    [ 'project-phases', [qw(project active)], [qw(project)],
      [qw(name position)] ],
    [ 'project-resources', [qw(active)], [qw(resource)], [qw(name)] ],
    [ 'project-governances', [qw(project active)], [qw(project)],
      [qw(name)] ],
    [ 'project-locations', [qw(project)], [qw(project)],
      [qw(name city postal-code country)] ],
    [ 'project-contacts', [qw(project)], [qw(project)],
      [qw(name email contact-type)] ],
    [ 'project-variables', [qw(variable-context name active)], [qw(account)],
      [qw(name variable-context)] ],
    [ 'project-documents', [qw(project)], [qw(project)],
      [qw(status document-type document-url error-text)] ],
    [ 'project-approvals', [], [qw(project)], [qw(created-at)] ],
    [ 'document-templates', [qw(name active)], [qw(account)],
      [qw(name format template-format merge-template-filename)] ],
    [ 'crm-opportunities', [qw(opportunity-id is-closed display-name)],
      [qw(account projects)], [qw(name amount stage is-closed owner-name)] ],
    [ 'sales-executives', [qw(email name active)], [qw(account)],
      [qw(name email title phone)] ],
    [ 'presales-engineers', [qw(email name)], [qw(account)],
      [qw(name email)] ],
    [ 'users', [qw(email)], [qw(account)], [qw(name email)] ],
    [ 'vendors', [qw(name active)], [qw(account)],
      [qw(name street-address postal-code)] ],
    [ 'products',
      [qw(name category subcategory sku product-id manufacturer-name
          manufacturer-part-number vendor-name active)], [qw(account)],
      [qw(name sku unit-price list-price markup vendor-discount)] ],
    [ 'resources', [qw(active)], [qw(account)], [qw(name)] ],
    [ 'services', [qw(active published tag-list state)],
      [qw(phase subservices resource service-category
          subservices.resource)],
      [qw(name description base-hours service-type)] ],
    [ 'subservices', [qw(active)], [qw(service)], [qw(name)] ],
    [ 'phases', [qw(active)], [qw(services)], [qw(name)] ],
    [ 'line-of-businesses', [qw(active)], [qw(services)], [qw(name)] ],
    [ 'service-categories', [qw(active)], [qw(services)], [qw(name)] ],
    [ 'rate-tables', [qw(active)], [qw(account)], [qw(name default)] ],
    [ 'payment-terms', [qw(active)], [qw(account)], [qw(name default)] ],
    [ 'language-fields', [qw(active)], [qw(account)],
      [qw(sow-language label)] ],
    [ 'questionnaires', [qw(active published tag-list)], [qw(questions)],
      [qw(name description tag-list)] ],
    [ 'surveys', [qw(active)], [qw(project questionnaire recommendations)],
      [qw(name status)] ],
    [ 'tags', [], [qw(account)], [qw(name)] ],
);

# A comma inside quotes is a part of the value; elsewhere it makes a list, and
# stands only where a list is meant.
my @names = ('Acme', '"Acme, Inc."', "O'Brien & Sons", 'Müller GmbH',
             '100% Cloud', 'C++ / C#', '東京支店', 'a_b-c.d~e', 'R&D=2');
my @days = ('2024-01-31', '2023-12-01');
my @ids = ('7', '41807', '12,13,14');

our %VALUES = (
    name => \@names, 'project-name' => [ @names[0, 1, 3, 6], 'null & void' ],
    'display-name' => [ @names[0, 2] ], client_name => [ @names[0, 1] ],
    presales_engineer_name => ['Jane Doe'], sales_executive_name => ['Ann Li'],
    'vendor-name' => ['Cisco'], 'manufacturer-name' => ['Hewlett Packard'],
    'manufacturer-part-number' => ['WS-C2960X-24TS-L'], sku => ['SKU_01/A'],
    'product-id' => ['P-100'], category => ['Hardware'],
    subcategory => ['Switches & Routers'], domain => ['acme.example'],
    email => ['jane.doe+crm@acme.example', 'o_neil@acme.example'],
    active => [ 'true', 'false', 'true,false' ], published => ['true'],
    'is-closed' => ['false'], state => ['active'],
    status => [ 'building', 'building,technical_approval,won' ],
    'service-type' => [ 'professional_services', 'managed_services' ],
    'variable-context' => [ 'project', 'service_location,project_contact' ],
    'tag-list' => [ 'network', 'network,security' ], tags => ['q1,q2'],
    project => ['7'], 'project-service' => ['81'], id => [ '7', '7,8' ],
    'opportunity-id' => ['0065g00000XyZ1lIAAW'], search => ['data center'],
    (map { $_ => \@days } qw(created_after created_before updated_after
                             updated_before updated-at.after)),
    (map { $_ => \@ids } qw(creator_id team_id collaborator_id client_id
                            presales_engineer_id sales_executive_id service_id
                            rate_table_id)),
);

our @PAGES = ([ 1, 50 ], [ 2, 100 ], [ 37, 200 ], [ 1, 250 ], [ 1, 1 ],
              [ 3, undef ], [ undef, 25 ]);

# Paths behind the collection that answers lead to, and documented ones.
our @RELATED = (
    'projects/7/project-contacts', 'projects/7/project-resources',
    'projects/7/merge-data', 'projects/7/crm-opportunity',
    'projects/7/client', 'projects/7/sales-executive',
    'projects/7/project-services', 'projects/7/relationships/client',
    'projects/7/relationships/project-services',
    'project-services/81/project-subservices', 'project-services/81/lob',
    'project-services/81/project-location', 'crm-opportunities/3/projects',
    'crm-opportunities/3/account', 'surveys/9/recommendations',
    'questionnaires/5/questions', 'clients/12/contacts',
    'clients/12/relationships/account', 'services/4/service-category',
    'project-locations/6/project', 'document-templates/2/account',
    'surveys/9/calculate', 'surveys/9/apply',
);

# [account, path]: slugs and ids that look like something else. The account is
# the caller's own.
our @PATHS = (
    [ 'scopestack-demo', 'clients' ], [ 'sentinel', 'projects/7' ],
    [ '3m', 'clients' ], [ 'a1-b2-c3', 'vendors' ], [ '24-7-it', 'tags' ],
    [ 'x', 'users' ], [ 'acme-2', 'projects/7/client' ],
    [ 'acme.corp', 'products' ], [ 'acme_corp', 'products/3' ],
    [ 'api-works', 'projects' ], [ 'apis', 'projects' ],
    [ 'v1-systems', 'projects' ], [ 'v2', 'clients' ], [ 'v11', 'clients' ],
    [ 'oauth-labs', 'clients' ], [ 'mcp-partners', 'clients' ],
    [ 'null-corp', 'clients' ], [ 'undefined-labs', 'clients' ],
    [ 'nil-desperandum', 'clients' ], [ 'nonesuch', 'clients' ],
    [ 'your-company', 'clients' ], [ 'yourtech', 'clients' ],
    [ 'me', 'clients' ], [ 'accounts', 'clients/7' ],
    [ 'clients', 'clients' ], [ 'projects', 'projects/7' ],
    [ 'slug', 'clients' ], [ 'account-slugs', 'clients' ],
    [ 'demo-account', 'clients' ], [ 'acme', 'acme' ],
    [ 'a' x 63, 'clients' ],
    [ 'acme', 'projects/99999999999999999999' ],
    [ 'acme', 'projects/9007199254740993' ],
    [ 'acme', 'projects/2f1c6c1e-6a1b-4b8e-9a57-0f0c3ff1b0aa' ],
    [ 'acme', 'project-variables/service_location' ],
    [ 'acme', 'document-templates/v1/account' ],
    [ 'acme', 'projects/null-island' ], [ 'acme', 'clients/%E6%9D%B1' ],
    [ 'acme', 'tags/a%20b' ], [ 'acme', 'clients/' ],
    [ 'acme', 'unknown-things' ], [ 'acme', 'unknown-things/7/parts' ],
    [ 'acme', 'custom_names/7' ], [ 'acme', 'matches' ],
    [ 'acme', 'oauth-token' ], [ 'acme', 'projects/7/v1' ],
);

1;
