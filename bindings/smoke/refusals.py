# What is refused, and how it is told. SPDX-License-Identifier: MIT
import threading
import time

import dks_smoke


def code_of(call, *arguments):
    """The code of the error that the call raises, or the name of another exception's class."""
    try:
        call(*arguments)
    except dks_smoke.Error as error:
        assert str(error), "an error without a text"
        return error.code
    except (TypeError, OverflowError, AttributeError) as error:
        return type(error).__name__
    return None


desc = dks_smoke.ModelDesc()
model = dks_smoke.Model.create(None)
assert code_of(model.find, "nobody") == "DKS_E_NOTFOUND"
assert code_of(model.column, "pet", "feathers") == "DKS_E_NOTFOUND"
assert code_of(model.step, -1) == code_of(model.step, 2**32) == "OverflowError"
assert code_of(setattr, desc, "seed", 2**64) == "OverflowError"
assert code_of(dks_smoke.Model) == "AttributeError"

# A step lets other threads run: one that calls the same model is refused.
for i in range(50):
    model.spawn(f"pet {i}")
end = time.monotonic() + 30
refusal = None


def step_until_refused():
    while refusal is None and time.monotonic() < end:
        code_of(model.step, 20)


stepping = threading.Thread(target=step_until_refused)
stepping.start()
while refusal is None and time.monotonic() < end:
    refusal = code_of(model.hash)
stepping.join()
assert refusal == "DKS_E_BUSY", f"while another thread steps: {refusal}"

model.destroy()
model.destroy()
assert code_of(model.step, 1) == code_of(model.hash) == "DKS_E_INVALID"
