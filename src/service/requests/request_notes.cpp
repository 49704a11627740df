#include "service/requests/request_notes.hpp"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <span>

#include "base/log.hpp"
#include "service/commit/change.hpp"
#include "store/clients/tenancy.hpp"

namespace lotkeeper::service {
namespace {

constexpr std::chrono::days k_request_count_life{400};
constexpr std::int64_t k_minute = 60'000;
constexpr std::int64_t k_day = 86'400'000;
// Few per transaction, so that no push waits long for it.
constexpr std::size_t k_most_written_at_once = 200;
constexpr std::int64_t k_most_forgotten_at_once = 500;
// While the database is unreachable, the list does not grow beyond this. Requests left out are
// still counted.
constexpr std::size_t k_most_waiting = 2'000;
constexpr std::size_t k_minute_of_refusal = 7;  // its position in the tuple
constexpr std::size_t k_most_recent_rows = 4'096;

std::int64_t minute_of(base::Instant at) { return base::to_epoch_ms(at) / k_minute; }

}  // namespace

RequestNotes::RequestNotes(store::RequestBuffer& buffer, GroupCommitter& committer,
                           database::Database& database, RequestNotesOptions options)
    : m_buffer(buffer), m_committer(committer), m_database(database), m_options(options) {
  m_buffer.set_enabled(m_options.life.count() > 0);
}

void RequestNotes::write() {
  auto taken = m_buffer.take();
  store::merge_request_counts(m_counts, std::move(taken.counts));
  fold(std::move(taken.requests));
  write_counts();
  write_requests();
}

RequestNotes::Refusal RequestNotes::refusal_of(const store::LoggedRequest& request) {
  return {request.client, request.integration, request.endpoint, request.status,
          request.code,   request.field,       request.detail,   minute_of(request.at)};
}

void RequestNotes::fold(std::vector<store::LoggedRequest> requests) {
  if (requests.empty()) return;
  const std::int64_t latest = minute_of(requests.back().at);
  std::erase_if(m_recent_rows, [&](const auto& row) {
    return std::abs(std::get<k_minute_of_refusal>(row.first) - latest) > 1;
  });
  std::map<Refusal, std::size_t> places;
  for (std::size_t i = 0; i < m_requests.size(); ++i) {
    if (m_requests[i].code != 0) places.emplace(refusal_of(m_requests[i]), i);
  }
  for (store::LoggedRequest& request : requests) {
    if (request.code != 0) {
      const auto [place, is_new] = places.try_emplace(refusal_of(request), m_requests.size());
      if (!is_new) {
        m_requests[place->second].times += request.times;
        continue;
      }
      const auto row = m_recent_rows.find(place->first);
      if (row != m_recent_rows.end()) request.number = row->second;
    }
    m_requests.push_back(std::move(request));
  }
  if (m_requests.size() > k_most_waiting) m_requests.resize(k_most_waiting);
}

void RequestNotes::write_counts() {
  if (m_counts.empty()) return;
  Change adding([this](WriteBatch& batch) -> domain::Result<std::string> {
    store::add_request_counts(batch.connection, m_counts);
    return std::string();
  });
  m_committer.commit_and_wait(adding);
  if (!stored_nothing(adding)) m_counts.clear();
}

void RequestNotes::write_requests() {
  std::size_t done = 0;
  while (done < m_requests.size()) {
    const auto some = std::span(m_requests)
                          .subspan(done)
                          .first(std::min(m_requests.size() - done, k_most_written_at_once));
    // The numbers are assigned only once the rows are stored.
    std::vector<store::LoggedRequest> written;
    Change noting([&](WriteBatch& batch) -> domain::Result<std::string> {
      written.assign(some.begin(), some.end());
      store::write_requests(batch.connection, written);
      return std::string();
    });
    m_committer.commit_and_wait(noting);
    if (stored_nothing(noting)) {
      const auto& fault = noting.outcome.error().faults.front();
      if (fault.code == domain::ErrorCode::busy) break;
      // Retrying would only fail again. The requests are still in the counts.
      base::log_seldom(spdlog::level::err, "some requests could not be stored in the request log");
    } else if (noting.outcome) {
      note_written(written);
    }
    done += some.size();
  }
  m_requests.erase(m_requests.begin(), m_requests.begin() + static_cast<std::ptrdiff_t>(done));

  for (auto& [integration, rows] : m_written) {
    if (rows < m_options.rows_a_day / 100) continue;
    rows = 0;
    make_room(integration);
  }
}

void RequestNotes::note_written(std::span<const store::LoggedRequest> written) {
  for (const store::LoggedRequest& request : written) {
    ++m_written[{request.client, request.integration}];
    if (request.code == 0 || m_recent_rows.size() >= k_most_recent_rows) continue;
    m_recent_rows.insert_or_assign(refusal_of(request), request.number);
  }
}

void RequestNotes::make_room(const Integration& integration) {
  // A little below the limit, so that rows are counted only now and then and not for each new row.
  const std::int64_t kept = m_options.rows_a_day * 9 / 10;
  const auto [client, id] = integration;
  std::optional<store::LoggedRequest> last;
  {
    const auto connection = m_database.read();
    last = store::find_latest_request(*connection, client, id, kept);
  }
  if (!last) return;
  const std::int64_t now = base::to_epoch_ms(m_committer.now());
  const base::Instant day = base::from_epoch_ms(now - now % k_day);
  for (bool more = true; more;) {
    Change forgetting([&](WriteBatch& batch) -> domain::Result<std::string> {
      more = store::forget_requests_of_day(batch.connection, client, id, last->number, day,
                                           k_most_forgotten_at_once) == k_most_forgotten_at_once;
      return std::string();
    });
    m_committer.commit_and_wait(forgetting);
    if (!forgetting.outcome) return;
  }
}

void RequestNotes::forget_old(const std::function<bool()>& is_stopping) {
  std::vector<store::IntegrationRow> integrations;
  {
    const auto connection = m_database.read();
    integrations = store::list_integrations(*connection);
  }
  for (const store::IntegrationRow& integration : integrations) {
    for (bool more = true; more;) {
      if (is_stopping()) return;
      Change forgetting([&](WriteBatch& batch) -> domain::Result<std::string> {
        // Some of the oldest rows may remain, so a small number does not mean that there are no
        // more.
        more = store::forget_requests(batch.connection, integration.client, integration.id,
                                      batch.now - m_options.life, batch.now,
                                      k_most_forgotten_at_once) > 0;
        store::forget_request_counts(batch.connection, integration.client,
                                     batch.now - k_request_count_life, batch.now);
        return std::string();
      });
      m_committer.commit_and_wait(forgetting);
      if (!forgetting.outcome) return;
    }
  }
}

}  // namespace lotkeeper::service
