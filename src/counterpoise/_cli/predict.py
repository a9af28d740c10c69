"""Options of the command `predict`."""

from __future__ import annotations

from typing import Annotated

import typer

from counterpoise._cli.arguments import Force, InputFile
from counterpoise._cli.errors import reported
from counterpoise._cli.options import PredictRequest
from counterpoise._cli.reading_options import ReadingOptions, with_reading_options

__all__ = ["EXAMPLES", "predict"]

EXAMPLES = """\
\b
Examples:
  counterpoise study fraud.csv -t is_fraud --save-model model.skops
  counterpoise predict model.skops new.csv -o scored.csv
  counterpoise predict model.skops new.parquet -o - | head
"""

_Model = Annotated[
    str,
    typer.Argument(
        metavar="MODEL",
        show_default=False,
        help="The saved model: a .skops file of counterpoise study --save-model.",
    ),
]
_Out = Annotated[
    str,
    typer.Option(
        "--out",
        "-o",
        metavar="OUT",
        help="Output file, in any format of IN except .xlsx; - writes a CSV to standard output.",
    ),
]
_Trust = Annotated[
    list[str] | None,
    typer.Option(
        metavar="TYPE",
        help="Type of another package that the file of the model may contain, such as "
        "lightgbm.sklearn.LGBMClassifier. Can be repeated.",
    ),
]


@with_reading_options
def predict(
    *,
    model: _Model,
    source: InputFile,
    out: _Out,
    trust: _Trust = None,
    force: Force = False,
    reading: ReadingOptions,
) -> None:
    """Predict classes or values of a table with a saved model.

    Writes the rows of IN with the calibrated probability of the positive class (probability), or of
    each class (probability_CLASS) if there are more than two, and the predicted class
    (predicted_class); of a model of a continuous target, the predicted value (prediction). If IN
    has a column of such a name, an underscore is added in front. IN must have the columns that the
    model was trained on, in any order.
    """
    request = PredictRequest(
        model=model,
        source=source,
        out=out,
        trust=tuple(trust or ()),
        force=force,
        reading=reading,
    )
    with reported("predict"):
        # Imported here so that --help loads neither polars nor scikit-learn.
        from counterpoise._cli.run_predict import run_predict  # noqa: PLC0415

        run_predict(request)
