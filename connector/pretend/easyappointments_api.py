"""The REST interface of the pretend Easy!Appointments: bare lists, faults for refusals, 100 calls in 120 seconds."""

import hmac
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Flask, Response, jsonify, request

from connector.pretend.easyappointments import EasyAppointments
from connector.pretend.easyappointments_rows import Refused, Row
from connector.pretend.listening import Listening

WINDOW = 120.0  # seconds
#: REST → the database's columns; every other name is the same in the other spelling
_CUSTOMER = {
    "id": "id",
    "firstName": "first_name",
    "lastName": "last_name",
    "email": "email",
    "phone": "phone_number",
    "address": "address",
    "city": "city",
    "zip": "zip_code",
    "notes": "notes",
    "timezone": "timezone",
    "language": "language",
    **{f"customField{number}": f"custom_field_{number}" for number in range(1, 6)},
    "ldapDn": "ldap_dn",
}
_APPOINTMENT = {
    "id": "id",
    "book": "book_datetime",
    "start": "start_datetime",
    "end": "end_datetime",
    "hash": "hash",
    "color": "color",
    "status": "status",
    "location": "location",
    "notes": "notes",
    "customerId": "id_users_customer",
    "providerId": "id_users_provider",
    "serviceId": "id_services",
    "meetingLink": "meeting_link",
    "googleCalendarId": "id_google_calendar",
    "caldavCalendarId": "id_caldav_calendar",
}


def create_api(system: EasyAppointments) -> Flask:
    """The system as a WSGI application."""
    app = Flask("pretend_easyappointments", static_folder=None)
    gate = _Gate(system)
    app.before_request(gate.check)
    app.after_request(lambda answer: _noted(system, answer))
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(
        404, lambda _: Response("<h1>404 Page Not Found</h1>", 404, mimetype="text/html")
    )

    app.register_blueprint(_customers(system))
    app.register_blueprint(_appointments(system))
    return app


def _customers(system: EasyAppointments) -> Blueprint:
    bp = Blueprint("customers", __name__, url_prefix="/api/v1/customers")

    @bp.get("")
    def customers() -> Response:
        with system.lock:
            rows = [row for one, row in sorted(system.customers.items()) if one not in system.habits.hide]
            page = _page(rows)
            for row in rows[: system.habits.shift_pages]:
                system.erase_themselves(row["id"])
            system.habits.shift_pages = 0
        return jsonify([_as_rest(row, _CUSTOMER) for row in page])

    @bp.get("/<int:client>")
    def customer(client: int) -> Response:
        row = system.customers.get(client)
        return _nothing(404) if row is None else jsonify(_as_rest(row, _CUSTOMER))

    @bp.put("/<int:client>")
    def change(client: int) -> Response:
        return _changed(system, system.customers, client, _CUSTOMER, system.change_customer)

    @bp.delete("/<int:client>")
    def delete(client: int) -> Response:
        if client not in system.customers:
            return _nothing(404)
        system.habits.write(lambda: system.delete_customer(client) if client in system.customers else None)
        return _nothing(204)

    return bp


def _appointments(system: EasyAppointments) -> Blueprint:
    bp = Blueprint("appointments", __name__, url_prefix="/api/v1/appointments")

    @bp.get("")
    def appointments() -> Response:
        # a filter with an empty or odd value is none: everybody's come
        wanted = request.args.get("customerId", "")
        digits = wanted[: len(wanted) - len(wanted.lstrip("0123456789"))]
        rows = [row for _, row in sorted(system.appointments.items())]
        if digits and int(digits) and not system.habits.pass_over_filters:
            rows = [row for row in rows if row["id_users_customer"] == int(digits)]
        return jsonify([_as_rest(row, _APPOINTMENT) for row in _page(rows)])

    @bp.put("/<int:appointment>")
    def change(appointment: int) -> Response:
        return _changed(system, system.appointments, appointment, _APPOINTMENT, system.change_appointment)

    return bp


def _changed(
    system: EasyAppointments,
    rows: dict[int, Row],
    number: int,
    names: dict[str, str],
    change: Callable[[int, Row], Row],
) -> Response:
    """Write one row, and answer with it as it then is: also where that was only said."""
    if number not in rows:
        return _nothing(404)
    values = _columns(names)
    system.habits.write(lambda: change(number, values))
    return jsonify(_as_rest(rows[number] | values, names))


def serve(system: EasyAppointments, port: int = 0) -> Listening:
    """Answer on this machine; the address to call is `base_url` and `/api/v1`."""
    return Listening(create_api(system), port)


class _Gate:
    """Limit, token, and the faults that a test wants."""

    def __init__(self, system: EasyAppointments) -> None:
        self._system = system
        self._began, self._count = system.ticks(), 0

    def check(self) -> Response | None:
        system, habits = self._system, self._system.habits
        now = system.ticks()
        if now - self._began >= WINDOW:
            self._began, self._count = now, 0
        self._count += 1
        if self._count > system.limit:
            return _nothing(429)
        if habits.takes("throttle_calls"):
            return _nothing(429)
        if not hmac.compare_digest(
            request.headers.get("Authorization", "").encode(), f"Bearer {system.token}".encode()
        ):
            answer = Response("You are not authorized to use the API.", 401, mimetype="text/html")
            answer.headers["WWW-Authenticate"] = 'Basic realm="Easy!Appointments"'
            return answer
        if habits.takes("fail_calls"):
            return _nothing(500)
        return None


def _page(rows: list[Row]) -> list[Row]:
    try:
        page, length = int(request.args.get("page", 1)), int(request.args.get("length", 20))
    except ValueError:
        raise Refused("a page is a number") from None
    if page < 1 or length < 0:
        raise Refused("a page begins at 1")
    return rows if length == 0 else rows[(page - 1) * length : page * length]


def _columns(names: dict[str, str]) -> Row:
    body: Any = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise Refused("no JSON")
    return {names[name]: value for name, value in body.items() if name in names}


def _as_rest(row: Row, names: dict[str, str]) -> Row:
    return {name: row.get(column) for name, column in names.items()}


def _nothing(status: int) -> Response:
    return Response(status=status, mimetype="text/html")


def _refused(refused: Refused) -> Response:
    answer = jsonify({"success": False, "message": str(refused)})
    answer.status_code = 500
    return answer


def _noted(system: EasyAppointments, answer: Response) -> Response:
    system.calls.append((request.method, request.full_path.rstrip("?"), answer.status_code))
    return answer
