# A real OAuth server: Doorkeeper on Rails, both of the distribution, in one
# file, with SQLite where DATABASE_URL says. One client, one user and one account,
# those of the sandbox (SS_CLIENT as JSON), and a second client that may only use
# client_credentials. GET /v1/me is protected and answers as the service does.
#
# Only tests use /test/...: codes and tokens in the states that they need, and
# parameters as Rails reads them.

require "action_controller/railtie"
require "active_record/railtie"
require "active_record/connection_adapters/sqlite3_adapter"
require "doorkeeper"
require "doorkeeper/rails/helpers"
require "json"

SERVICE = JSON.parse(ENV.fetch("SS_CLIENT")).freeze
OWNER = Struct.new(:id).new(1).freeze

# A server whose test is gone goes too; that may be long ago, by now.
parent = Integer(ENV.fetch("SS_PARENT"))
Thread.new do
  sleep 1 while Process.ppid == parent
  exit!
end

class Server < Rails::Application
  config.root = __dir__
  config.load_defaults 6.1
  config.eager_load = false
  config.secret_key_base = "of no use to anybody " * 4
  config.hosts.clear
  config.logger = Logger.new($stderr)
  config.log_level = :warn
  config.filter_parameters = [/./]
  config.consider_all_requests_local = false
  config.action_dispatch.show_exceptions = true
end

Doorkeeper.configure do
  orm :active_record
  api_only
  base_controller "ActionController::API"
  default_scopes :read, :write
  use_refresh_token
  grant_flows %w[authorization_code client_credentials password]
  allow_grant_flow_for_client do |flow, client|
    client.name != "service" || flow == "client_credentials"
  end
  # whoever asks for a code has logged in, and agrees
  resource_owner_authenticator { OWNER }
  skip_authorization { true }
  resource_owner_from_credentials do
    [params[:username], params[:password]] ==
      SERVICE.values_at("username", "password") && OWNER
  end
end

Server.initialize!

# --- the answers of the API ------------------------------------------------

class ApiController < ActionController::API
  include Doorkeeper::Rails::Helpers

  TYPE = "application/vnd.api+json".freeze
  ME = {
    id: "4029", type: "mes", attributes: {
      name: "Sandbox User", email: SERVICE["username"],
      "account-id": 1, "account-slug": SERVICE["account"],
    },
  }.freeze

  before_action :doorkeeper_authorize!, :acceptable!

  def me
    answer 200, data: ME
  end

  private

  def answer(status, document)
    render body: document.to_json, content_type: TYPE, status: status
  end

  def doorkeeper_unauthorized_render_options(**)
    { body: { errors: [{ status: "401", title: "Unauthorized" }] }.to_json,
      content_type: TYPE }
  end

  # as jsonapi-resources has it, but that the service wants one
  def acceptable!
    accept = request.headers["Accept"].to_s
    return if accept.split(",").any? { |one| one.strip == TYPE }

    answer 406, errors: [{
      status: "406", code: "406", title: "Not acceptable",
      detail: "All requests must use the '#{TYPE}' Accept without media type " \
              "parameters. This request specified '#{accept}'.",
    }]
  end
end

# --- tables -----------------------------------------------------------------

# nothing here is worth waiting for a disk
ActiveRecord::ConnectionAdapters::SQLite3Adapter.prepend(Module.new do
  def configure_connection
    super
    execute "PRAGMA synchronous = OFF"
  end
end)

ActiveRecord::Schema.verbose = false
ActiveRecord::Schema.define do
  create_table :oauth_applications do |t|
    t.string :name, :uid, :secret
    t.text :redirect_uri
    t.string :scopes, default: "", null: false
    t.boolean :confidential, default: true, null: false
    t.timestamps
  end

  create_table :oauth_access_grants do |t|
    t.bigint :resource_owner_id, :application_id
    t.string :token, :code_challenge, :code_challenge_method
    t.integer :expires_in
    t.text :redirect_uri
    t.string :scopes, default: "", null: false
    t.datetime :created_at, :revoked_at
  end

  # without previous_refresh_token the old one is void once it was used
  create_table :oauth_access_tokens do |t|
    t.bigint :resource_owner_id, :application_id
    t.string :token, :refresh_token, :scopes
    t.integer :expires_in
    t.datetime :created_at, :revoked_at
  end
end

# --- what tests want -------------------------------------------------------

class TestController < ActionController::API
  GRANT = Doorkeeper::AccessGrant
  TOKEN = Doorkeeper::AccessToken

  def code
    grant = GRANT.create!(
      application_id: 1, resource_owner_id: 1, expires_in: 600,
      redirect_uri: SERVICE["redirect_uri"], scopes: "read",
      code_challenge: params[:challenge],
      code_challenge_method: params[:challenge] && "S256",
    )
    age grant
  end

  # from now on only forms are read
  def strict
    Doorkeeper.config.instance_variable_set(:@enforce_content_type, true)
    head :ok
  end

  # what Rails makes of query and form
  def read
    render json: request.query_parameters.merge(request.request_parameters)
  end

  def expire
    age TOKEN.find_by!(token: params[:token])
  end

  private

  def age(record)
    record.update!(created_at: 1.day.ago) if params[:expired]
    render plain: record.token
  end
end

# --- all together ----------------------------------------------------------

Server.routes.draw do
  use_doorkeeper { skip_controllers :applications, :authorized_applications }
  get "/v1/me", to: "api#me"
  post "/test/code", to: "test#code"
  post "/test/expire", to: "test#expire"
  post "/test/strict", to: "test#strict"
  match "/test/read", to: "test#read", via: %i[get post]
end

def client(name, id, secret)
  Doorkeeper::Application.create!(name: name, uid: id, secret: secret,
                                  redirect_uri: SERVICE["redirect_uri"])
end

client "all", *SERVICE.values_at("client_id", "client_secret")
client "service", *SERVICE.values_at("service_id", "service_secret")

run Server
