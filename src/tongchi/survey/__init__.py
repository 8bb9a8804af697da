"""From answers to a questionnaire to estimates: instrument, responses, measurement, structural models."""
