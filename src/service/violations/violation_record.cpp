#include "service/violations/violation_record.hpp"

#include "domain/violations/violation.hpp"
#include "service/violations/record_form.hpp"

// Each `describe` names the keys of one object in the document's order, for both writing and
// reading. `carried` keys have no meaning here. Their usual value is the second argument.
namespace lotkeeper::service {
namespace {

using store::ListItem;

// Secrets that the document's sample shows but no agency needs.
constexpr std::string_view k_withheld = "null";

constexpr NumberRange k_discount_hours{0, domain::k_longest_discount_hours};

template <class Form>
void describe_make(Form& form, ListItem& make) {
  form.id("MakeID", make.id);
  form.text("MakeName", make.name);
  form.time("modified", make.modified);
}

template <class Form>
void describe_colour(Form& form, ListItem& colour) {
  form.id("ColourID", colour.id);
  form.text("ColourName", colour.name);
  form.text("ColourKey", colour.code);
  form.time("modified", colour.modified);
}

template <class Form>
void describe_vehicle_type(Form& form, ListItem& type) {
  form.id("TypeID", type.id);
  form.text("TypeName", type.name);
  form.time("modified", type.modified);
}

template <class Form>
void describe_plate_type(Form& form, ListItem& type) {
  form.id("TypeID", type.id);
  form.text("TypeName", type.name);
  form.time("modified", type.modified);
  form.text("typeCode", type.code);
}

template <class Form>
void describe_province(Form& form, ListItem& province) {
  if constexpr (!Form::reads()) form.carries(province.other);
  form.id("ProvID", province.id);
  form.text("ProvName", province.name);
  form.carried("Country", province.id <= domain::k_last_canadian_province ? "1" : "2");
  form.text("ProvCode", province.code);
  form.time("modified", province.modified);
  form.carried("payments", "1");
  if constexpr (Form::reads()) form.carries(province.other);
}

template <class Form>
void describe_location(Form& form, ListItem& location) {
  if constexpr (!Form::reads()) form.carries(location.other);
  form.id("LocationID", location.id);
  form.text("LocationName", location.name);
  form.carried("WriterVisible", "1");
  form.carried("GisNo", "0");
  form.time("modified", location.modified);
  if constexpr (Form::reads()) form.carries(location.other);
}

template <class Form>
void describe_category(Form& form, ListItem& category) {
  if constexpr (!Form::reads()) form.carries(category.other);
  form.id("TicketTypeID", category.id);
  form.text("TicketTypeName", category.name);
  form.carried("HandHeldVisible", "0");
  form.time("modified", category.modified);
  form.carried("archived", "null");
  form.carried("appliesTo", "1");
  form.carried("enableFailToIdentify", "0");
  if constexpr (Form::reads()) form.carries(category.other);
}

template <class Form>
void describe_violation_type(Form& form, ViolationTypeRecord& type) {
  if constexpr (!Form::reads()) form.carries(type.item.other);
  form.id("ViolationTypeID", type.item.id);
  form.text("ViolationDescr", type.item.name);
  form.money("DefaultCost", type.terms.cost_cents);
  form.time("created", type.item.created);
  form.flag("discountFlag", type.terms.discount);
  form.money("discountAmount", type.terms.discount_cents);
  form.number("discountHours", type.terms.discount_hours, k_discount_hours);
  form.carried("adminOnly", "false");
  form.carried("violationkey", "null");
  form.time("modified", type.item.modified);
  form.id("category_id", type.terms.category);
  form.carried("adjustable", "false");
  form.text("bylawcode", type.item.code);
  if constexpr (Form::reads()) form.carries(type.item.other);
}

template <class Form>
void describe_detail(Form& form, DetailRecord& record) {
  store::ViolationDetail& detail = record.detail;
  form.id("ViolationsDetailID", detail.id);
  form.id("ViolationID", record.violation);
  form.text("Ticket", record.ticket);
  form.id("ViolationTypeID", detail.type);
  form.id("LocationID", detail.location);
  form.money("offenceFine", detail.fine_cents);
  form.bit("discountFlag", detail.discount);
  form.money("discountAmount", detail.discount_cents);
  form.number("discountHours", detail.discount_hours, k_discount_hours);
  form.time("created", detail.created);
  form.child("type", record.type, describe_violation_type<Form>);
}

template <class Form>
void describe_attachment(Form& form, store::Attachment& attachment) {
  form.id("attachID", attachment.id);
  form.text("storageLocation", attachment.storage_location);
  form.text("attachName", attachment.name);
  form.text("attachExt", attachment.extension);
  form.text("attachMime", attachment.mime);
  form.text("relatedType", attachment.related_type);
  form.id("relatedID", attachment.related_id);
  form.lines("relatedNote", attachment.note);
  form.time("created", attachment.created);
  form.time("archived", attachment.archived);
  form.text("uniqueid", attachment.uuid);
}

template <class Form>
void describe_driver(Form& form, DriverRecord& driver) {
  store::Profile& profile = driver.profile;
  if constexpr (!Form::reads()) form.carries(profile.other);
  form.id("UserID", profile.id);
  form.carried("enabled", "null");
  form.carried("salutation", "null");
  form.text("firstName", profile.first_name);
  form.carried("middleName", "null");
  form.text("lastName", profile.last_name);
  form.text("username", profile.user_name);
  form.text("email", profile.email);
  form.text("street", profile.street);
  form.text("city", profile.city);
  form.id("prov", profile.province);
  form.text("postal", profile.postal_code);
  form.text("street2", profile.street2);
  form.text("city2", profile.city2);
  form.id("prov2", profile.province2);
  form.text("postal2", profile.postal_code2);
  form.text("phonecell", profile.phone_cell);
  form.carried("status", "1");
  form.id("UserTypeID", profile.user_type);
  form.text("employNo", profile.employ_no);
  form.carried("deptNameID", "null");
  form.text("ePhone", profile.employee_phone);
  form.carried("staffFacultyFlag", "0");
  form.text("studentNo", profile.student_no);
  form.text("sPhone", profile.student_phone);
  form.carried("sPhone2", "null");
  form.time("lastUpdated", profile.updated);
  form.time("created", profile.created);
  form.carried("privateComment", "null");
  form.carried("publicComment", "null");
  form.text("DLNum", profile.licence_no);
  form.date("DOB", profile.date_of_birth);
  form.carried("StaffMailPermit", "0");
  form.carried("ExtendedID", "null");
  form.text("UserUUID", profile.uuid);
  form.carried("CampusBox", "null");
  form.carried("newEmail", "null");
  form.carried("ReadOnlyUserID", "null");
  form.carried("studentNo_int", "null");
  form.carried("employNo_int", "null");
  form.carried("StuCampusLocation", "null");
  form.carried("EmpCampusLocation", "null");
  form.carried("MailPermitTo", "null");
  form.carried("isCloudAccount", "null");
  form.carried("lastSelfUpdated", "null");
  form.carried("emailConsent", "null");
  form.carried("T2P_reminders", "null");
  form.carried("reminderTime", "null");
  form.id("lockerUserTypeID", profile.locker_user_type);
  form.fixed("encid", k_withheld);
  form.carried("preferredname", "null");
  form.carried("plateAlert", "0");
  form.carried("peopleAlert", "0");
  form.fixed("salt", k_withheld);
  form.carried("forcePasswordChange", "0");
  form.carried("lastpasswordchange", "null");
  form.id("DLprov", profile.licence_province);
  form.text("loginSource", driver.login_source);
  form.carried("company_id", "null");
  form.carried("taxexemption", "null");
  form.carried("company_manager", "null");
  form.carried("receives_invoice", "null");
  form.carried("account_number", "null");
  form.carried("company_bill_recipient", "null");
  form.carried("kais_employer", "null");
  form.carried("kais_building", "null");
  form.carried("kais_supervisor_name", "null");
  form.carried("kais_supervisor_title", "null");
  form.fixed("register_token", k_withheld);
  form.fixed("api_token", k_withheld);
  form.time("modified", profile.modified);
  form.fixed("bambora_customer_code", k_withheld);
  form.carried("language", "null");
  form.carried("preferred_communication_method", "null");
  form.id("laravel_through_key", driver.vehicle);
  if constexpr (Form::reads()) form.carries(profile.other);
}

template <class Form>
void describe_vehicle(Form& form, VehicleRecord& record) {
  store::Vehicle& vehicle = record.vehicle;
  if constexpr (!Form::reads()) form.carries(vehicle.other);
  form.id("VehicleID", vehicle.id);
  form.bit("Active", vehicle.active);
  form.time("lastUpdate", vehicle.updated);
  form.text("Plate", vehicle.plate);
  form.id("PlateTypeID", vehicle.plate_type);
  form.id("ProvID", vehicle.province);
  form.id("MakeID", vehicle.make);
  form.id("TypeID", vehicle.type);
  form.id("ColourID", vehicle.colour);
  form.number("Year", vehicle.year, {0, 9'999});
  form.number("TotalVio", vehicle.violations, k_counts);
  form.number("TotalUnpaid", vehicle.unpaid, k_counts);
  form.number("TotalWarning", vehicle.warnings, k_counts);
  form.time("created", vehicle.created);
  form.carried("externallookupdate", "null");
  form.carried("externallookupRequestID", "null");
  form.time("modified", vehicle.modified);
  form.carried("vehicleAlert", "null");
  form.text("vin", vehicle.vin);
  form.children("drivers", record.drivers, describe_driver<Form>);
  form.child("make", record.make, describe_make<Form>);
  form.child("colour", record.colour, describe_colour<Form>);
  form.child("vehicle_type", record.type, describe_vehicle_type<Form>);
  form.child("plate_type", record.plate_type, describe_plate_type<Form>);
  form.child("province", record.province, describe_province<Form>);
  if constexpr (Form::reads()) form.carries(vehicle.other);
}

template <class Form>
void describe_violation(Form& form, ViolationRecord& record) {
  store::Violation& violation = record.violation;
  if constexpr (!Form::reads()) form.carries(violation.other);
  form.id("ViolationID", violation.id);
  form.carried("SemPermitID", "0");
  form.text("Ticket", violation.ticket);
  form.id("VehicleID", violation.vehicle);
  form.bit("Spoiled", violation.spoiled);
  form.id("TicketType", violation.category);
  form.time("Issued", violation.issued);
  form.carried("convNotice", "null");
  form.time("Due", violation.due);
  form.number("ViolationTypeID", violation.type, {store::k_see_details, k_ids.most});
  form.money("Fine", violation.fine_cents);
  form.money("AdjustedFine", violation.adjusted_fine_cents);
  form.money("Towing", violation.towing_cents);
  form.tax("taxAmount", violation.tax_hundredths);
  form.carried("Writer", "0");
  form.id("LocationID", violation.location);
  form.lines("Comment", violation.comment);
  form.time("TicketAppeal", violation.appealed);
  form.carried("appealType", "0");
  form.carried("appealFormat", "null");
  form.carried("AccessAdminID", "0");
  form.carried("ActionedPer", "null");
  form.time("Created", violation.created);
  form.carried("AppealUserID", "0");
  form.time("AppealProcessDate", violation.appeal_decided);
  form.carried("AppealAdminID", "0");
  form.lines("AppealComment", violation.appeal_comment);
  form.lines("AppealAdminComment", violation.appeal_reply);
  form.carried("AutoNotice", "0");
  form.carried("ProcessedByCollection", "null");
  form.time("SentToCollections", violation.sent);
  form.lines("PrivateComments", violation.private_comments);
  form.carried("DriveAway", "0");
  form.text("UUID", violation.uuid);
  form.carried("VioNotice", "null");
  form.carried("latitude", "null");
  form.carried("longitude", "null");
  form.number("Warning", violation.warning, {0, k_ids.most});
  form.carried("userid", "null");
  form.carried("incidentID", "null");
  form.carried("failToIdentify", "null");
  form.carried("pin", "null");
  form.carried("duplicate", "null");
  form.lines("AdjustmentReason", violation.adjustment_reason);
  form.fixed("user", "null");
  form.child("vehicle", record.vehicle, describe_vehicle<Form>);
  form.child("location", record.location, describe_location<Form>);
  form.children("details", record.details, describe_detail<Form>);
  form.children("attachments", record.attachments, describe_attachment<Form>);
  form.child("category", record.category, describe_category<Form>);
  if constexpr (Form::reads()) form.carries(violation.other);
}

}  // namespace

domain::Result<ViolationRecord> read_violation_record(const base::JsonValue& object,
                                                      const domain::TimeZone& zone) {
  if (object.kind != base::JsonValue::Kind::object) {
    return domain::refused(domain::ErrorCode::field_invalid, "records",
                           "A violation must be a JSON object.");
  }
  ViolationRecord record;
  RecordReader reader(object, zone);
  describe_violation(reader, record);
  if (!reader.faults().empty()) {
    return tl::unexpected(domain::Refusal{std::move(reader.faults()), {}, 0});
  }
  return record;
}

ViolationRecord read_own_violation_record(const base::JsonValue& object,
                                          const domain::TimeZone& zone) {
  ViolationRecord record;
  RecordReader reader(object, zone, RecordOrigin::own);
  describe_violation(reader, record);
  return record;
}

void append_violation_record(std::string& out, ViolationRecord& record,
                             const domain::TimeZone& zone) {
  RecordWriter writer(out, zone);
  writer.object(record, describe_violation<RecordWriter>);
}

}  // namespace lotkeeper::service
