{
    "name": "Customer Analytics",
    "summary": "The arithmetic of customer intelligence, free of models",
    "version": "19.0.1.0.0",
    "author": "Customer Intelligence for Odoo",
    "category": "Hidden",
    "license": "LGPL-3",
    "depends": ["base"],
    "external_dependencies": {
        "python": [
            "numpy",
            "pandas",
            "scikit-learn",
            "scipy",
            "statsmodels",
            "threadpoolctl",
        ]
    },
}
