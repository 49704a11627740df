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
  std::int64_t rows_a_day = 100'000;  ///< most of them for each integration and day (in UTC)
};

/// Writes down what integrations asked, from upkeep's thread. What could not be stored is tried
/// again the next time, so that the counts miss nothing.
///
/// Equal refusals of one minute are one row with a count. An integration that fills its day loses
/// its oldest rows of that day: who looks for a fault looks at the latest.
class RequestNotes {
 public:
  RequestNotes(store::RequestBuffer& buffer, GroupCommitter& committer,
               database::Database& database, RequestNotesOptions options);

  /// Takes what is in the buffer and writes it.
  void write();

  /// Forgets what is too old, few rows at a time, until `is_stopping`.
  void forget_old(const std::function<bool()>& is_stopping);

 private:
  using Integration = std::pair<store::ClientId, store::IntegrationId>;
  /// What makes two refusals of a minute equal: client, integration, endpoint, status, code, field,
  /// detail; and the minute.
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

  std::vector<store::RequestCount> m_counts;      ///< not stored yet, as these
  std::vector<store::LoggedRequest> m_requests;   ///< with a number: it has a row already
  std::map<Refusal, std::int64_t> m_recent_rows;  ///< this minute's refusals, and their rows
  std::map<Integration, std::int64_t> m_written;  ///< rows since an integration's were counted
};

}  // namespace lotkeeper::service
