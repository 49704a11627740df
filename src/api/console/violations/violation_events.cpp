#include "api/console/reading.hpp"
#include "api/console/reply.hpp"
#include "api/console/violations/violation_view.hpp"
#include "service/violations/violation_writes.hpp"

/// What happens to a violation after it was written.
namespace lotkeeper::api::console {
namespace {

using http::Method;
using service::WriteBatch;

Result<Reply> pay(Context& context, Call& call);
Result<Reply> reverse(Context& context, Call& call);
Result<Reply> adjust(Context& context, Call& call);
Result<Reply> spoil(Context& context, Call& call);
Result<Reply> cancel(Context& context, Call& call);
Result<Reply> appeal(Context& context, Call& call);
Result<Reply> decide(Context& context, Call& call);

}  // namespace

Routes violation_event_routes() {
  return {
      {Method::post, "/violations/{id}/payments", Access::office, pay},
      {Method::post, "/violations/{id}/payments/{payment}/reversal", Access::office, reverse},
      {Method::post, "/violations/{id}/adjustment", Access::office, adjust},
      {Method::post, "/violations/{id}/spoil", Access::office, spoil},
      {Method::post, "/violations/{id}/cancel", Access::office, cancel},
      {Method::post, "/violations/{id}/appeals", Access::office, appeal},
      {Method::post, "/violations/{id}/appeal-decision", Access::office, decide},
  };
}

namespace {

constexpr TextLimits k_reason{1, 2'000, true};

/// The key of this body that the verbs, whose words are those of an import's columns, blame; none
/// where it is the violation itself.
std::string key_of(std::string_view field, std::string_view amount_key) {
  if (field == "amount") return std::string(amount_key);
  if (field == "time") return "at";
  return field == "ViolationID" || field == "payment" ? "" : std::string(field);
}

/// Does one thing to the violation of the path, and answers with what became of it.
template <class Deed>
Result<Reply> change(Context& context, Call& call, std::string_view amount_key, const Deed& deed) {
  const store::ViolationId id = id_of(call.ids[0]);
  const auto changed = call.actor(context).change([&](WriteBatch& batch) -> Result<std::string> {
    auto outcome = deed(batch, call.client_id(), id);
    if (!outcome) return tl::unexpected(std::move(outcome.error()));
    return std::string();
  });
  if (!changed) {
    domain::Refusal refusal = changed.error();
    for (domain::Fault& fault : refusal.faults) fault.field = key_of(fault.field, amount_key);
    return tl::unexpected(std::move(refusal));
  }
  return violation_reply(context, call, id);
}

Result<Reply> pay(Context& context, Call& call) {
  BodyReader body(call);
  service::PayViolation payment;
  payment.amount_cents = body.required_number("amountCents", {1, 99'999'999});
  payment.method = body.required_text("method", {1, 50});
  payment.at = body.time("at").value_or(call.now);
  if (!body.is_good()) return body.refusal();

  return change(context, call, "amountCents",
                [&](WriteBatch& batch, store::ClientId client, store::ViolationId id) {
                  payment.violation = id;
                  return service::pay_violation(batch, client, payment);
                });
}

Result<Reply> reverse(Context& context, Call& call) {
  BodyReader body(call);
  const std::string reason = body.required_text("reason", k_reason);
  if (!body.is_good()) return body.refusal();

  return change(context, call, "",
                [&](WriteBatch& batch, store::ClientId client, store::ViolationId id) {
                  return service::reverse_payment(batch, client, id, id_of(call.ids[1]), reason);
                });
}

Result<Reply> adjust(Context& context, Call& call) {
  BodyReader body(call);
  const std::int64_t cents = body.required_number("fineCents", {1, 99'999'999});
  const std::string reason = body.required_text("reason", k_reason);
  if (!body.is_good()) return body.refusal();

  return change(context, call, "fineCents",
                [&](WriteBatch& batch, store::ClientId client, store::ViolationId id) {
                  return service::adjust_violation(batch, client, id, cents, reason);
                });
}

using VoidVerb = Result<void>(WriteBatch&, store::ClientId, store::ViolationId, const std::string&);

Result<Reply> with_reason(Context& context, Call& call, std::string_view key, VoidVerb* verb) {
  BodyReader body(call);
  const std::string reason = body.required_text(key, k_reason);
  if (!body.is_good()) return body.refusal();

  return change(context, call, "",
                [&](WriteBatch& batch, store::ClientId client, store::ViolationId id) {
                  return verb(batch, client, id, reason);
                });
}

Result<Reply> spoil(Context& context, Call& call) {
  return with_reason(context, call, "reason", service::spoil_violation);
}
Result<Reply> cancel(Context& context, Call& call) {
  return with_reason(context, call, "reason", service::cancel_violation);
}
Result<Reply> appeal(Context& context, Call& call) {
  return with_reason(context, call, "comment", service::appeal_violation);
}

Result<Reply> decide(Context& context, Call& call) {
  using service::AppealDecision;
  BodyReader body(call);
  const std::string word = body.required_text("decision", {1, 20});
  AppealDecision decision = AppealDecision::uphold;
  if (word == "reduce") {
    decision = AppealDecision::reduce;
  } else if (word == "cancel") {
    decision = AppealDecision::cancel;
  } else if (!word.empty() && word != "uphold") {
    body.fault("decision", "\"decision\" is uphold, reduce or cancel.");
  }
  const std::int64_t cents = body.number("fineCents", {1, 99'999'999}).value_or(0);
  if (decision == AppealDecision::reduce && cents == 0) {
    body.fault("fineCents", "Send \"fineCents\", the reduced fine.");
  }
  const std::string reply = body.required_text("reply", k_reason);
  if (!body.is_good()) return body.refusal();

  return change(context, call, "fineCents",
                [&](WriteBatch& batch, store::ClientId client, store::ViolationId id) {
                  return service::decide_appeal(batch, client, id, decision, cents, reply);
                });
}

}  // namespace
}  // namespace lotkeeper::api::console
