#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "database/database.hpp"
#include "service/commit/group_committer.hpp"
#include "store/requests/request_buffer.hpp"

namespace lotkeeper::service {

struct RequestNotesOptions {
  std::chrono::days life{14};         ///< how long requests are shown
  std::int64_t rows_a_day = 100'000;  ///< the most rows per integration and day (in UTC)
};

/// Writes the integrations' requests to the log, from the upkeep thread. Rows that could not be
/// stored are retried the next time, so the counts are complete.
///
/// Equal refusals within one minute are one row with a count. If an integration exceeds its daily
/// limit, its oldest rows of that day are deleted: when looking for a fault, the latest rows
/// matter.
class RequestNotes {
 public:
  RequestNotes(store::RequestBuffer& buffer, GroupCommitter& committer,
               database::Database& database, RequestNotesOptions options);

  /// Takes everything from the buffer and writes it.
  void write();

  /// Deletes expired rows, a few at a time, until `is_stopping`.
  void forget_old(const std::function<bool()>& is_stopping);

 private:
  using Integration = std::pair<store::ClientId, store::IntegrationId>;
  /// What makes two refusals equal: client, integration, endpoint, status, code, field, detail, and
  /// the minute.
  using Refusal = std::tuple<store::ClientId, store::IntegrationId, std::string, int, int,
                             std::string, std::string, std::int64_t>;

  static Refusal refusal_of(const store::LoggedRequest& request);
  void fold(std::vector<store::LoggedRequest> requests);
  void write_counts();
  void write_requests();
  void note_written(std::span<const store::LoggedRequest> written);
  void make_room(const Integration& integration);

  store::RequestBuffer& m_buffer;
  GroupCommitter& m_committer;
  database::Database& m_database;
  const RequestNotesOptions m_options;

  std::vector<store::RequestCount> m_counts;      ///< not stored yet, as are the next
  std::vector<store::LoggedRequest> m_requests;   ///< with a number if they have a row already
  std::map<Refusal, std::int64_t> m_recent_rows;  ///< this minute's refusals and their rows
  std::map<Integration, std::int64_t> m_written;  ///< new rows since its rows were counted
};

}  // namespace lotkeeper::service
