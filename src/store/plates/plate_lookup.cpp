#include "store/plates/plate_lookup.hpp"

#include <utility>

namespace lotkeeper::store {

using database::Connection;
using database::Question;
using database::Row;
using database::Statement;

std::vector<PlateRecord> look_up_plates(Connection& connection,
                                        std::span<const PlateQuestion> questions,
                                        bool in_transaction) {
  std::vector<PlateRecord> records(questions.size());
  std::vector<Question> asked;
  asked.reserve(3 * questions.size());
  for (std::size_t i = 0; i < questions.size(); ++i) {
    const PlateQuestion& question = questions[i];
    PlateRecord& record = records[i];
    if (question.zone_name_norm) {
      asked.push_back(ask_zone_name(question.client, *question.zone_name_norm, record.zone));
    }
    asked.push_back(ask_valid(question.client, question.plate_shape, question.first, question.last,
                              record.permits));
    asked.push_back(ask_vehicles_by_plate(question.client, question.plate_norm, record.vehicles));
  }
  if (in_transaction) {
    connection.ask(asked);
  } else {
    connection.ask_in_one_snapshot(asked);
  }
  return records;
}

// On arrays: these do what `zone_name.find`, `permit.valid` and `vehicle.by_plate` do, for each
// element. The last column is the element's position. OFFSET 0 keeps PostgreSQL from merging the
// inner query into the outer one. Otherwise it would read the whole table until it has statistics.
// permit_arrays.cpp explains why each array has a SELECT of its own.
constexpr Statement k_zone_names{
    "zone_name.find_each",
    "SELECT n.zone_name_id, n.zone_id, asked.place "
    "FROM (SELECT "
    "unnest((SELECT $1::BIGINT[])) AS client_id, unnest((SELECT $2::TEXT[])) AS name_norm, "
    "unnest((SELECT $3::BIGINT[])) AS place) AS asked "
    "CROSS JOIN LATERAL (SELECT zone_name_id, zone_id FROM zone_name "
    "WHERE client_id = asked.client_id AND name_norm = asked.name_norm OFFSET 0) n"};

constexpr Statement k_valid{
    "permit.valid_each",
    "SELECT v.*, asked.place "
    "FROM (SELECT "
    "unnest((SELECT $1::BIGINT[])) AS client_id, unnest((SELECT $2::TEXT[])) AS plate_shape, "
    "unnest((SELECT $3::BIGINT[])) AS first, unnest((SELECT $4::BIGINT[])) AS last, "
    "unnest((SELECT $5::BIGINT[])) AS place) AS asked "
    "CROSS JOIN LATERAL (SELECT p.permit_id, p.permit_type, p.plate, p.plate_norm, p.permit_no, "
    "p.start_at, p.end_at, n.name AS sent_name, n.name_norm, n.zone_id, z.name AS zone_title "
    "FROM permit p "
    "LEFT JOIN zone_name n ON n.client_id = p.client_id AND n.zone_name_id = p.zone_name_id "
    "LEFT JOIN zone z ON z.client_id = n.client_id AND z.zone_id = n.zone_id "
    "WHERE p.client_id = asked.client_id AND p.plate_shape = asked.plate_shape "
    "AND p.end_at > asked.first AND p.start_at <= asked.last AND p.deleted_at IS NULL OFFSET 0) v"};

constexpr Statement k_vehicles{
    "vehicle.by_plate_each",
    "SELECT v.*, asked.place "
    "FROM (SELECT "
    "unnest((SELECT $1::BIGINT[])) AS client_id, unnest((SELECT $2::TEXT[])) AS plate_norm, "
    "unnest((SELECT $3::BIGINT[])) AS place) AS asked "
    "CROSS JOIN LATERAL (SELECT v.vehicle_id, plate_type.name AS plate_type, province.code, "
    "make.name AS make, vehicle_type.name AS vehicle_type, colour.name AS colour FROM vehicle v "
    "LEFT JOIN list_item plate_type ON plate_type.client_id = v.client_id "
    "AND plate_type.kind = 'plate-type' AND plate_type.item_id = v.plate_type_id "
    "LEFT JOIN list_item province ON province.client_id = v.client_id "
    "AND province.kind = 'province' AND province.item_id = v.province_id "
    "LEFT JOIN list_item make ON make.client_id = v.client_id "
    "AND make.kind = 'make' AND make.item_id = v.make_id "
    "LEFT JOIN list_item vehicle_type ON vehicle_type.client_id = v.client_id "
    "AND vehicle_type.kind = 'type' AND vehicle_type.item_id = v.vehicle_type_id "
    "LEFT JOIN list_item colour ON colour.client_id = v.client_id "
    "AND colour.kind = 'colour' AND colour.item_id = v.colour_id "
    "WHERE v.client_id = asked.client_id AND v.plate_norm = asked.plate_norm OFFSET 0) v"};

std::vector<PlateRecord> look_up_plates_on_arrays(Connection& connection,
                                                  std::span<const PlateQuestion> questions) {
  std::vector<PlateRecord> records(questions.size());
  const auto record_of = [&](const Row& row, int place) -> PlateRecord& {
    return records.at(static_cast<std::size_t>(row.integer(place)));
  };
  Question zone_names{
      &k_zone_names, {}, [&](const Row& row) { record_of(row, 2).zone = to_zone_name(row); }};
  Question valid{&k_valid, {}, [&](const Row& row) {
                   record_of(row, 11).permits.push_back(to_valid_permit(row));
                 }};
  Question vehicles{&k_vehicles, {}, [&](const Row& row) {
                      record_of(row, 6).vehicles.push_back(to_named_vehicle(row));
                    }};
  for (std::size_t i = 0; i < questions.size(); ++i) {
    const PlateQuestion& question = questions[i];
    const auto place = static_cast<std::int64_t>(i);
    if (question.zone_name_norm) {
      zone_names.on_arrays.push_back({question.client, *question.zone_name_norm, place});
    }
    valid.on_arrays.push_back(
        {question.client, question.plate_shape, question.first, question.last, place});
    vehicles.on_arrays.push_back({question.client, question.plate_norm, place});
  }
  std::vector<Question> asked;
  if (!zone_names.on_arrays.empty()) asked.push_back(std::move(zone_names));
  asked.push_back(std::move(valid));
  asked.push_back(std::move(vehicles));
  connection.ask_in_one_snapshot(asked);
  return records;
}

}  // namespace lotkeeper::store
