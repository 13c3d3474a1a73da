def migrate(cr, version):
    """Classes say which matrix they are of: the present one, or one that had their bands."""
    cr.execute(
        """
        ALTER TABLE crm_customer_class
            ADD COLUMN IF NOT EXISTS value_band_count integer,
            ADD COLUMN IF NOT EXISTS loyalty_band_count integer;
        UPDATE crm_customer_class AS cell
           SET value_band_count = CASE WHEN cell.value_band > 0
                   THEN GREATEST(size.value, cell.value_band) ELSE 0 END,
               loyalty_band_count = CASE WHEN cell.value_band > 0
                   THEN GREATEST(size.loyalty, cell.loyalty_band) ELSE 0 END
          FROM (SELECT policy_id,
                       COUNT(*) FILTER (WHERE axis = 'value') AS value,
                       COUNT(*) FILTER (WHERE axis = 'loyalty') AS loyalty
                  FROM crm_customer_band
                 WHERE type_id IS NULL
                 GROUP BY policy_id) AS size
         WHERE size.policy_id = cell.policy_id
        """
    )
