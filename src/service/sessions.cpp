#include "service/sessions.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/password.hpp"
#include "base/secret.hpp"

namespace lotkeeper::service {
namespace {

using domain::ErrorCode;
using domain::Result;
using store::Failures;
using store::FailureScope;

constexpr std::int64_t k_free_failures_of_name = 5;
constexpr std::int64_t k_free_failures_of_address = 20;
constexpr std::chrono::seconds k_longest_wait{15 * 60};
constexpr std::chrono::minutes k_note_use_every{1};

// An operator that is not there costs the time of one that is.
constexpr const char* k_nobody =
    "$argon2id$v=19$m=65536,t=2,p=1$bG90a2VlcGVybm9ib2R5IQ$"
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

std::chrono::milliseconds wait_after(const Failures& failures, std::int64_t free,
                                     base::Instant now) {
  if (failures.count < free) return std::chrono::milliseconds(0);
  const std::int64_t doublings = std::min<std::int64_t>(failures.count - free, 10);
  const auto wait = std::min(std::chrono::seconds(1LL << doublings), k_longest_wait);
  return std::max(std::chrono::milliseconds(0),
                  std::chrono::milliseconds(failures.last + wait - now));
}

domain::Refusal wait_first(std::chrono::milliseconds wait) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(wait).count();
  domain::Refusal refusal =
      domain::refuse(ErrorCode::too_many_requests, {},
                     fmt::format("Too many wrong sign-ins; try again in {} seconds.", seconds));
  refusal.retry_after_seconds = static_cast<int>(seconds);
  return refusal;
}

/// Counts a try as failed before it is judged, so that many at once gain nothing.
Result<void> reserve_try(Office& office, const std::string& name, const std::string& address) {
  const auto reserved = office.change([&](WriteBatch& batch) -> Result<std::string> {
    Failures of_name = store::find_failures(batch.connection, FailureScope::name, name);
    Failures of_address;
    if (!address.empty()) {
      of_address = store::find_failures(batch.connection, FailureScope::address, address);
    }
    const auto wait = std::max(wait_after(of_name, k_free_failures_of_name, batch.now),
                               wait_after(of_address, k_free_failures_of_address, batch.now));
    if (wait.count() > 0) return tl::unexpected(wait_first(wait));
    store::set_failures(batch.connection, FailureScope::name, name, {of_name.count + 1, batch.now});
    if (!address.empty()) {
      store::set_failures(batch.connection, FailureScope::address, address,
                          {of_address.count + 1, batch.now});
    }
    return std::string();
  });
  if (!reserved) return tl::unexpected(reserved.error());
  return {};
}

void take_back_try(Office& office, const std::string& name, const std::string& address) {
  // Of the address just this one try: an own good sign-in must not wash away guesses at others.
  (void)office.change([&](WriteBatch& batch) -> Result<std::string> {
    store::forget_failures(batch.connection, FailureScope::name, name);
    if (address.empty()) return std::string();
    Failures failures = store::find_failures(batch.connection, FailureScope::address, address);
    if (failures.count > 0) --failures.count;
    store::set_failures(batch.connection, FailureScope::address, address, failures);
    return std::string();
  });
}

Result<store::Operator> judge(Office& office, const std::string& name, const std::string& password,
                              const std::string& address) {
  const std::string folded = store::fold_operator_name(name);
  if (auto may = reserve_try(office, folded, address); !may) {
    return tl::unexpected(std::move(may.error()));
  }
  const auto found = store::find_operator(*office.database().read(), name);
  const std::string hash = found ? found->password_hash : std::string(k_nobody);
  const bool is_right = base::is_password(hash, password) && found.has_value();
  if (!is_right) {
    return domain::refused(ErrorCode::not_permitted, {}, "The name or the password is wrong.");
  }
  take_back_try(office, folded, address);
  return *found;
}

}  // namespace

domain::Result<SignedIn> open_session(Office& office, store::OperatorId id,
                                      const std::string& agent) {
  SignedIn signed_in;
  signed_in.cookie = base::make_token();
  store::Session& session = signed_in.session;
  session.operator_id = id;
  session.agent = short_agent(agent);
  const auto opened = office.change([&](WriteBatch& batch) -> Result<std::string> {
    const auto found = store::find_operator(batch.connection, id);
    if (!found) return domain::refused(ErrorCode::record_not_found, {}, "No such operator.");
    const auto clients = clients_of(batch.connection, id);
    session.operator_name = found->name;
    session.client = clients.empty() ? store::k_all_clients : clients.front().client.id;
    session.created = session.last_seen = batch.now;
    session.expires = batch.now + k_session_life;
    session.id = store::insert_session(batch.connection, session, base::sha256(signed_in.cookie));
    return std::string();
  });
  if (!opened) return tl::unexpected(opened.error());
  return signed_in;
}

domain::Result<SignedIn> sign_in(Office& office, const SignIn& sign_in) {
  const auto found = judge(office, sign_in.name, sign_in.password, sign_in.address);
  if (!found) return tl::unexpected(found.error());
  return open_session(office, found->id, sign_in.agent);
}

domain::Result<void> require_password(Office& office, const std::string& name,
                                      const std::string& password, const std::string& address) {
  const auto found = judge(office, name, password, address);
  if (!found) return tl::unexpected(found.error());
  return {};
}

void note_use(Office& office, const store::Session& session) {
  if (office.clock().now() - session.last_seen < k_note_use_every) return;
  (void)office.change([&](WriteBatch& batch) -> Result<std::string> {
    store::touch_session(batch.connection, session.id, batch.now);
    return std::string();
  });
}

std::vector<ClientChoice> clients_of(database::Connection& connection, store::OperatorId id) {
  std::vector<ClientChoice> choices;
  for (store::ClientRow& client : store::list_clients(connection)) {
    if (const auto role = store::role_in(connection, id, client.id)) {
      choices.push_back({std::move(client), *role});
    }
  }
  return choices;
}

std::string short_agent(std::string_view user_agent) {
  using Sign = std::pair<std::string_view, std::string_view>;
  // In this order: each also claims to be those behind it.
  static constexpr std::array<Sign, 6> k_browsers{Sign{"Edg", "Edge"},    {"OPR/", "Opera"},
                                                  {"Firefox", "Firefox"}, {"FxiOS", "Firefox"},
                                                  {"Chrom", "Chrome"},    {"Safari", "Safari"}};
  static constexpr std::array<Sign, 7> k_systems{
      Sign{"Android", "Android"}, {"iPhone", "iPhone"},   {"iPad", "iPad"},  {"Windows", "Windows"},
      {"CrOS", "ChromeOS"},       {"Macintosh", "macOS"}, {"Linux", "Linux"}};
  const auto name_in = [user_agent](const auto& signs, std::string_view otherwise) {
    for (const auto& [sign, name] : signs) {
      if (user_agent.find(sign) != std::string_view::npos) return name;
    }
    return otherwise;
  };
  return fmt::format("{} on {}", name_in(k_browsers, "a browser"),
                     name_in(k_systems, "a computer"));
}

}  // namespace lotkeeper::service
