"""Answers calls of the protocol: gate, throttle and fault switchboard first, then the route of the path.

Source: QuickBooks Online Accounting API, operations and their paths; the segment is taken in any letter case.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from django.conf import settings

from closebook.apps.qbo import faults
from closebook.apps.qbo.attachables import download_answer, upload_answer
from closebook.apps.qbo.batch import items_of, run_batch
from closebook.apps.qbo.calls import Answer, Call, bare, enveloped
from closebook.apps.qbo.cdc import changes
from closebook.apps.qbo.context import Context
from closebook.apps.qbo.entities.base import Entity
from closebook.apps.qbo.exchange import exchange_rate
from closebook.apps.qbo.faults import Fault
from closebook.apps.qbo.gate import Caller, Throttle, caller_of
from closebook.apps.qbo.gateway_faults import GatewayFault
from closebook.apps.qbo.objects import operation_of, read_object, shown, write_object
from closebook.apps.qbo.printing import printed
from closebook.apps.qbo.query.run import query
from closebook.apps.qbo.registry import find
from closebook.apps.qbo.replies import check_request_id, store_reply, stored_reply
from closebook.apps.qbo.requests import json_body, text_body
from closebook.apps.qbo.sending import send_document
from closebook.apps.qbo.sessions import reading, reading_in_turn, writing
from closebook.apps.qbo.switchboard import switchboard
from closebook.apps.qbo.taxservice import tax_service
from closebook.core.errors import InputError

Work = Callable[[Context], Answer]


@cache
def _throttle() -> Throttle:
    return Throttle()


def answer(call: Call) -> Answer:
    """Return the answer to a call; faults become their bodies. A defect of ours is not caught here."""
    try:
        caller = caller_of(call)
        if getattr(settings, "CLOSEBOOK_THROTTLE", False):
            _throttle().check(call, caller)
    except GatewayFault as fault:
        return bare(fault.as_body(int(call.now.timestamp() * 1000)), fault.status)
    board = switchboard()
    if board is None:
        return _answer(call, caller)
    return board.run(call, lambda same: _answer(same, caller))


def _answer(call: Call, caller: Caller) -> Answer:
    try:
        return _route(call, caller)
    except Fault as fault:
        return enveloped({"Fault": fault.as_body()}, call.now, fault.status)
    except RecursionError:
        return enveloped({"Fault": faults.unreadable_json().as_body()}, call.now, 400)
    except InputError as error:
        return enveloped({"Fault": faults.business(error.message).as_body()}, call.now, 400)


def _route(call: Call, caller: Caller) -> Answer:
    if call.method not in {"GET", "POST"}:
        raise faults.unsupported_operation(f"Operation {call.method} is not supported")
    if not call.segments:
        return _unknown_path(call)
    first = call.segments[0].lower()
    if len(call.segments) == 1:
        routed = _one_segment(call, caller, first)
    elif len(call.segments) == 2:
        routed = _two_segments(call, caller, first)
    elif len(call.segments) == 3:
        routed = _three_segments(call, caller, first)
    else:
        routed = None
    return routed or _unknown_path(call)


def _unknown_path(call: Call) -> Answer:
    fault = faults.unsupported_operation(f"Operation {'/'.join(call.segments)} is not supported")
    return enveloped({"Fault": fault.as_body()}, call.now, 404)


def _one_segment(call: Call, caller: Caller, first: str) -> Answer | None:
    if first == "query":
        return _query(call, caller)
    if first == "cdc":
        with reading_in_turn(call, caller) as ctx:
            return enveloped(changes(ctx, call.param("entities"), call.param("changedsince")), call.now)
    if first == "preferences" and call.method == "GET":
        return _read(call, caller, _entity(first), "1")
    if first == "companyinfo" and call.method == "GET":
        return _read(call, caller, _entity(first), "1")
    if first == "exchangerate" and call.method == "GET":
        return enveloped({"ExchangeRate": exchange_rate(reading(call, caller), call.params)}, call.now)
    if call.method == "GET":
        _entity(first)
        raise faults.unsupported_operation(f"Operation GET {first} is not supported")
    if first == "batch":
        return _batch(call, caller)
    if first == "upload":
        return _once(call, caller, lambda ctx: upload_answer(ctx, call))
    return _write(call, caller, _entity(first))


def _two_segments(call: Call, caller: Caller, first: str) -> Answer | None:
    second = call.segments[1]
    if first == "reports":
        # Statements are a fifth of what there is to load, and a synchronisation asks for none.
        from closebook.apps.qbo.reporting import report_answer

        return report_answer(reading(call, caller), call, second)
    if first == "taxservice" and second.lower() == "taxcode" and call.method == "POST":
        return _once(call, caller, lambda ctx: bare(tax_service(ctx, json_body(call.body))))
    if call.method == "GET" and first == "download":
        return download_answer(reading(call, caller), second)
    if call.method == "GET":
        wire_id = "1" if first in {"companyinfo", "preferences"} else second
        return _read(call, caller, _entity(first), wire_id)
    return None


def _three_segments(call: Call, caller: Caller, first: str) -> Answer | None:
    _segment, wire_id, what = call.segments
    if what.lower() == "send" and call.method == "POST":
        entity = _entity(first)
        return _once(
            call,
            caller,
            lambda ctx: _shown(ctx, entity, send_document(ctx, entity, wire_id, call.param("sendto"))),
        )
    if what.lower() == "pdf" and call.method == "GET":
        return printed(reading(call, caller), _entity(first), wire_id)
    return None


def _entity(segment: str) -> Entity:
    entity = find(segment)
    if entity is None:
        raise faults.unknown_object(segment)
    return entity


def _query(call: Call, caller: Caller) -> Answer:
    text = call.param("query") if call.method == "GET" or "query" in call.params else text_body(call.body)
    return enveloped({"QueryResponse": query(reading(call, caller), text)}, call.now)


def _read(call: Call, caller: Caller, entity: Entity, wire_id: str) -> Answer:
    return enveloped({entity.name: read_object(reading(call, caller), entity, wire_id)}, call.now)


def _shown(ctx: Context, entity: Entity, result: object) -> Answer:
    return enveloped({entity.name: result}, ctx.moment)


def _write(call: Call, caller: Caller, entity: Entity) -> Answer:
    payload = json_body(call.body)
    operation = operation_of(call.param("operation"), payload, call.include)

    def work(ctx: Context) -> Answer:
        result = write_object(ctx, entity, operation, payload)
        ctx.settle()
        ctx.flush()
        return _shown(ctx, entity, shown(ctx, entity, result))

    return _once(call, caller, work)


def _batch(call: Call, caller: Caller) -> Answer:
    items = items_of(json_body(call.body))
    request_id = check_request_id(call)
    with writing(call, caller) as ctx:
        earlier = stored_reply(ctx, caller, call, request_id) if request_id else None
        if earlier is not None:
            return earlier
        answers, wrote = run_batch(ctx, items, call.body)
        result = enveloped({"BatchItemResponse": answers}, call.now)
        if request_id and wrote:
            store_reply(ctx, caller, call, request_id, result)
        return result


def _once(call: Call, caller: Caller, work: Work) -> Answer:
    """Return the answer of a write, or the stored one when its request id was used before."""
    request_id = check_request_id(call)
    with writing(call, caller) as ctx:
        earlier = stored_reply(ctx, caller, call, request_id) if request_id else None
        if earlier is not None:
            return earlier
        result = work(ctx)
        if request_id:
            store_reply(ctx, caller, call, request_id, result)
        return result
