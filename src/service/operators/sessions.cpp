#include "service/operators/sessions.hpp"

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
constexpr std::chrono::minutes k_note_use_every{1};

// Checked for unknown names, so that they take as long as known ones.
constexpr const char* k_nobody =
    "$argon2id$v=19$m=65536,t=2,p=1$bG90a2VlcGVybm9ib2R5IQ$"
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

std::chrono::milliseconds longest_after(const Failures& failures, std::int64_t free) {
  if (failures.count < free) return std::chrono::milliseconds(0);
  const std::int64_t doublings = std::min<std::int64_t>(failures.count - free, 10);
  return std::min(std::chrono::seconds(1LL << doublings), k_longest_sign_in_wait);
}

std::chrono::milliseconds wait_after(const Failures& failures, std::int64_t free,
                                     base::Instant now) {
  const auto longest = longest_after(failures, free);
  // A clock that was briefly ahead must not make anyone wait longer.
  return std::clamp(std::chrono::milliseconds(failures.last + longest - now),
                    std::chrono::milliseconds(0), longest);
}

/// What attempts are counted by. Never a name alone: strangers could lock out its owner.
struct Counter {
  FailureScope scope;
  std::string subject;
  std::int64_t free;
};

std::vector<Counter> counters_of(const std::string& name, const std::string& address) {
  std::vector<Counter> counters{
      {FailureScope::name_at_address, name + '\n' + address, k_free_failures_of_name}};
  if (!address.empty()) {
    counters.push_back({FailureScope::address, address, k_free_failures_of_address});
  }
  return counters;
}

Result<void> require_no_wait(database::Connection& connection, const std::vector<Counter>& counters,
                             base::Instant now) {
  std::chrono::milliseconds wait{0};
  for (const Counter& counter : counters) {
    const Failures failures = store::find_failures(connection, counter.scope, counter.subject);
    wait = std::max(wait, wait_after(failures, counter.free, now));
  }
  if (wait.count() > 0) return tl::unexpected(wait_first(wait));
  return {};
}

/// One attempt. It counts as failed before it is checked, so that many attempts at once gain
/// nothing.
class Try {
 public:
  Try(App& app, std::vector<Counter> counters) : m_app(app), m_counters(std::move(counters)) {}

  /// Refused: 9102 if it has to wait.
  Result<void> count() {
    // Most attempts that have to wait are refused here, without a transaction.
    if (auto may = require_no_wait(*m_app.database().read(), m_counters, m_app.clock().now());
        !may) {
      return may;
    }
    const auto counted = m_app.change([this](WriteBatch& batch) -> Result<std::string> {
      if (auto may = require_no_wait(batch.connection, m_counters, batch.now); !may) {
        return tl::unexpected(std::move(may.error()));
      }
      m_at = batch.now;
      m_before.clear();
      for (const Counter& counter : m_counters) {
        m_before.push_back(store::find_failures(batch.connection, counter.scope, counter.subject));
        store::set_failures(batch.connection, counter.scope, counter.subject,
                            {m_before.back().count + 1, batch.now});
      }
      return std::string();
    });
    if (!counted) return tl::unexpected(counted.error());
    return {};
  }

  /// A correct password clears the failures at this name from this address. In the address's own
  /// count it takes back only this attempt, so that signing in to one's own account does not clear
  /// guesses at others.
  void succeed() { take_back(true); }
  /// An attempt that could not be checked leaves everything as it was.
  void take_back() { take_back(false); }

 private:
  void take_back(bool is_good) {
    (void)m_app.change([this, is_good](WriteBatch& batch) -> Result<std::string> {
      for (std::size_t i = 0; i < m_counters.size(); ++i) {
        const Counter& counter = m_counters[i];
        Failures failures = store::find_failures(batch.connection, counter.scope, counter.subject);
        const bool is_last = failures.count == m_before[i].count + 1 && failures.last == m_at;
        if (is_last) failures.last = m_before[i].last;
        --failures.count;
        const bool forgets = is_good && counter.scope == FailureScope::name_at_address;
        if (forgets || failures.count <= 0) {
          store::forget_failures(batch.connection, counter.scope, counter.subject);
        } else {
          store::set_failures(batch.connection, counter.scope, counter.subject, failures);
        }
      }
      return std::string();
    });
  }

  App& m_app;
  std::vector<Counter> m_counters;
  std::vector<Failures> m_before;
  base::Instant m_at;
};

Result<store::Operator> judge(App& app, const std::string& name, const std::string& password,
                              const std::string& address) {
  Try attempt(app, counters_of(store::fold_operator_name(name), address));
  if (auto may = attempt.count(); !may) return tl::unexpected(std::move(may.error()));
  std::optional<store::Operator> found;
  bool is_right = false;
  try {
    found = store::find_operator(*app.database().read(), name);
    const std::string hash = found ? found->password_hash : std::string(k_nobody);
    is_right = base::is_password(hash, password) && found.has_value();
  } catch (...) {
    attempt.take_back();
    throw;
  }
  if (!is_right) {
    return domain::refused(ErrorCode::not_permitted, {}, "The name or the password is wrong.");
  }
  attempt.succeed();
  return *found;
}

}  // namespace

domain::Refusal wait_first(std::chrono::milliseconds wait) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(wait).count();
  domain::Refusal refusal =
      domain::refuse(ErrorCode::too_many_requests, {},
                     fmt::format("Too many wrong sign-ins; try again in {} seconds.", seconds));
  refusal.retry_after_seconds = static_cast<int>(seconds);
  return refusal;
}

AddressStanding standing_of(database::Connection& connection, const std::string& address) {
  const Failures failures = store::find_failures(connection, FailureScope::address, address);
  return {failures.count, failures.last + longest_after(failures, k_free_failures_of_address)};
}

domain::Result<SignedIn> open_session(App& app, store::OperatorId id, const std::string& agent) {
  SignedIn signed_in;
  signed_in.cookie = base::make_token();
  store::Session& session = signed_in.session;
  session.operator_id = id;
  session.agent = short_agent(agent);
  const auto opened = app.change([&](WriteBatch& batch) -> Result<std::string> {
    const auto found = store::find_operator(batch.connection, id);
    if (!found) return domain::refused(ErrorCode::record_not_found, {}, "No such operator.");
    const auto clients = clients_of(batch.connection, id);
    session.operator_name = found->name;
    session.client = clients.empty() ? store::k_all_clients : clients.front().client.id;
    session.created = session.last_seen = batch.now;
    session.expires = batch.now + k_session_life;
    session.id = store::insert_session(batch.connection, session, base::sha256(signed_in.cookie));
    store::end_oldest_sessions(batch.connection, id, k_most_sessions);
    return std::string();
  });
  if (!opened) return tl::unexpected(opened.error());
  return signed_in;
}

domain::Result<SignedIn> sign_in(App& app, const SignIn& sign_in) {
  const auto found = judge(app, sign_in.name, sign_in.password, sign_in.address);
  if (!found) return tl::unexpected(found.error());
  return open_session(app, found->id, sign_in.agent);
}

domain::Result<void> require_password(App& app, const std::string& name,
                                      const std::string& password, const std::string& address) {
  const auto found = judge(app, name, password, address);
  if (!found) return tl::unexpected(found.error());
  return {};
}

void note_use(App& app, const store::Session& session) {
  if (app.clock().now() - session.last_seen < k_note_use_every) return;
  (void)app.change([&](WriteBatch& batch) -> Result<std::string> {
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
  // The order matters: each browser also claims to be the later ones.
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
