"""Every pretend booking system that the conformance kit can handle, by the name of its dialect."""

from collections.abc import Callable

from connector.conformance_easyappointments import EasyAppointmentsSystem
from connector.conformance_phorest import PhorestSystem
from connector.conformance_standard import Standard
from connector.conformance_system import Now, System

SYSTEMS: dict[str, Callable[[Now], System]] = {
    "standard": Standard,
    "easyappointments": EasyAppointmentsSystem,
    "phorest": PhorestSystem,
}
