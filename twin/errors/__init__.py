"""What can go wrong, one class a fault, each with its cure: one file a field, all of them here.

Nothing of ours is imported; ``base.py`` says what an error is.
"""

from twin.errors.access import *
from twin.errors.alarms import *
from twin.errors.base import *
from twin.errors.cameras import *
from twin.errors.campus import *
from twin.errors.config import *
from twin.errors.derived import *
from twin.errors.energy import *
from twin.errors.generations import *
from twin.errors.handover import *
from twin.errors.incidents import *
from twin.errors.journal import *
from twin.errors.messages import *
from twin.errors.networks import *
from twin.errors.notebook import *
from twin.errors.outgoing import *
from twin.errors.patches import *
from twin.errors.people import *
from twin.errors.questions import *
from twin.errors.readings import *
from twin.errors.render import *
from twin.errors.reports import *
from twin.errors.sections import *
from twin.errors.sensorthings import *
from twin.errors.simulate import *
from twin.errors.snapshots import *
from twin.errors.sources import *
from twin.errors.space import *
from twin.errors.tilesets import *
from twin.errors.views import *
from twin.errors.walls import *
from twin.errors.web import *
from twin.errors.webhooks import *
