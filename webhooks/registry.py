"""Every booking system that Ovikello can speak with, by the name that `ovikello salon add --dialect` takes."""

from webhooks.dialect import Dialect
from webhooks.dialects.by_hand import BY_HAND
from webhooks.dialects.easyappointments import EASYAPPOINTMENTS
from webhooks.dialects.phorest import PHOREST
from webhooks.dialects.standard import STANDARD

DIALECTS: dict[str, Dialect] = {
    dialect.name: dialect for dialect in (STANDARD, BY_HAND, EASYAPPOINTMENTS, PHOREST)
}
