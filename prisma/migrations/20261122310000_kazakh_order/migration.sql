-- The order of the Kazakh alphabet, in which Ә stands after А and not after я. A server that was built without ICU keeps
-- the order of its signs: a list in the wrong order is better than none.
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_collation WHERE collname = 'kk-x-icu') THEN
    CREATE COLLATION kazakh (provider = icu, locale = 'kk');
  ELSE
    CREATE COLLATION kazakh FROM "C";
  END IF;
END $$;
