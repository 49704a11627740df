#include "api/v1/profiles/profiles.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "api/v1/commit.hpp"
#include "api/v1/profiles/profile_attributes.hpp"
#include "service/profiles/profile_writes.hpp"
#include "store/clients/list.hpp"

namespace lotkeeper::api::v1 {
namespace {

namespace json = boost::json;
using boost::asio::awaitable;
using domain::Permission;
using domain::Result;
using http::Answer;
using http::Call;
using http::Effect;
using service::Services;

awaitable<Result<Answer>> push(Services& services, Call& call);
awaitable<Result<Answer>> list_types(Services& services, Call& call);

}  // namespace

http::Endpoints profile_endpoints(Services& services) {
  const auto with = [&services](awaitable<Result<Answer>> (*handler)(Services&, Call&)) {
    return [&services, handler](Call& call) { return handler(services, call); };
  };
  return {
      {"profiles/push", Permission::profiles_push, Effect::writes, with(push)},
      {"profiles/types/list", Permission::profiles_types_list, Effect::reads, with(list_types)},
  };
}

namespace {

void add_warnings(json::object& reply, const std::vector<std::string>& warnings) {
  if (!warnings.empty()) reply["warnings"] = json::array(warnings.begin(), warnings.end());
}

// profiles/push: chapter "Push API: User Create/Update"

std::string push_reply(const service::Receipt& receipt) {
  json::object reply{{"status", "success"}, {"reference_id", std::stoll(receipt.reference)}};
  add_warnings(reply, receipt.warnings);
  return json::serialize(reply);
}

awaitable<Result<Answer>> push(Services& services, Call& call) {
  AttributeReader attributes(call);
  service::PushProfile push;
  read_profile(attributes, call, push);
  if (attributes.has_faults()) {
    const auto in_store = co_await services.quick_reads.ask(
        asker_of(call), [&push](database::Connection& connection) {
          return service::find_profile_faults(connection, push.sent);
        });
    co_return tl::unexpected(refuse_profile(attributes, in_store));
  }

  push.token = call.caller.token;
  push.warnings = attributes.warnings();
  auto answer = co_await commit(services, call, push, push_reply);

  if (!answer) answer.error().faults = refuse_profile(attributes, answer.error().faults).faults;
  co_return answer;
}

// profiles/types/list: chapter "Pull API: UserType"

awaitable<Result<Answer>> list_types(Services& services, Call& call) {
  AttributeReader attributes(call);
  if (attributes.has_faults()) co_return tl::unexpected(attributes.refusal());

  const store::ListOf user_types{call.caller.client->id, store::ListKind::user_type};
  const auto items = co_await services.quick_reads.ask(
      asker_of(call), [&user_types](database::Connection& connection) {
        return store::list_items(connection, user_types);
      });

  json::array types;
  for (const store::ListItem& item : items) {
    types.push_back(json::object{{"id", std::to_string(item.id)},
                                 {"type_name", item.name},
                                 {"ext_info", item.info.value_or("")}});
  }
  json::object reply{{"status", "success"}, {"user_types", std::move(types)}};
  add_warnings(reply, attributes.warnings());
  co_return Answer{json::serialize(reply)};
}

}  // namespace
}  // namespace lotkeeper::api::v1
